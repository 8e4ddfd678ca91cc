import { WebSocket } from 'ws';

/** socket.io v4 over a websocket (engine.io 4), or nothing but texts. */
export type Protocol = 'socket.io' | 'plain';

export interface LightAgentOptions {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  /** Which address of this machine to come from: one address has ports for some 28,000 connections. */
  readonly localAddress: string | undefined;
  readonly auth: unknown;
  /** The JSON of an event and its arguments. */
  readonly onEvent: (agent: LightAgent, text: string) => void;
  readonly onClose: () => void;
}

const NAMESPACE = '/agents,';
const EVENT = `42${NAMESPACE}`;
const ANSWER = `43${NAMESPACE}`;
const CONNECT = `40${NAMESPACE}`;

/**
 * As much of an agent as a benchmark needs. socket.io's own client costs more than the servers that are measured;
 * this one serves every baseline as well, so that its cost is the same on both sides.
 */
export class LightAgent {
  readonly #options: LightAgentOptions;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (text: string) => void>();
  readonly #connected = Promise.withResolvers<void>();
  #nextId = 0;

  constructor(options: LightAgentOptions) {
    this.#options = options;
    const path = options.protocol === 'plain' ? '/' : '/socket.io/?EIO=4&transport=websocket';
    this.#socket = new WebSocket(`ws://${options.host}:${options.port}${path}`, {
      perMessageDeflate: false,
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    });
    this.#socket.on('message', (data: Buffer) => this.#receive(data.toString()));
    this.#socket.on('error', (error) => this.#connected.reject(error));
    this.#socket.on('close', (code) => {
      this.#connected.reject(new Error(`closed with ${code}`));
      options.onClose();
    });
    if (options.protocol === 'plain') this.#socket.on('open', () => this.#connected.resolve());
  }

  /** Rejects when the server refuses. */
  connected(): Promise<void> {
    return this.#connected.promise;
  }

  /** @param body JSON */
  say(event: string, body: string, onAnswer: (text: string) => void): void {
    const id = this.#nextId++;
    this.#answers.set(id, onAnswer);
    if (this.#options.protocol === 'plain') this.#socket.send(`${id}["${event}",${body}]`);
    else this.#socket.send(`${EVENT}${id}["${event}",${body}]`);
  }

  close(): void {
    this.#socket.close();
  }

  #receive(text: string): void {
    if (this.#options.protocol === 'plain') {
      if (text.startsWith('[')) this.#options.onEvent(this, text);
      else this.#answered(text);
      return;
    }
    if (text === '2') this.#socket.send('3');
    else if (text.startsWith(EVENT)) this.#options.onEvent(this, text.slice(EVENT.length));
    else if (text.startsWith(ANSWER)) this.#answered(text.slice(ANSWER.length));
    else if (text.startsWith(CONNECT)) this.#connected.resolve();
    else if (text.startsWith('0')) this.#socket.send(`${CONNECT}${JSON.stringify(this.#options.auth)}`);
    else this.#connected.reject(new Error(`refused: ${text}`));
  }

  /** `<id>[<answer>]` */
  #answered(text: string): void {
    const id = Number.parseInt(text, 10);
    const onAnswer = this.#answers.get(id);
    this.#answers.delete(id);
    onAnswer?.(text);
  }
}
