import { io, type Socket } from 'socket.io-client';
import type {
  AgentError,
  Changed,
  Editing,
  Editors,
  Goaway,
  InstancesProgress,
  WatchAnswer,
} from '@binnacle/contracts';
import type { Browser } from './browser.js';

const TIMEOUT_MS = 10_000;

/** Said instead of an answer. */
export type Refused = AgentError['error'];

/** A page of the console as the server sees it: it watches, edits, and keeps what it is told. */
export class ConsoleSocket {
  readonly changed: Changed[] = [];
  readonly editors: Editors[] = [];
  readonly instances: InstancesProgress[] = [];
  readonly goaways: Goaway[] = [];
  #closedBecause: string | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('changed', (message: Changed) => this.changed.push(message));
    socket.on('editors', (message: Editors) => this.editors.push(message));
    socket.on('instances', (message: InstancesProgress) => this.instances.push(message));
    socket.on('goaway', (message: Goaway) => this.goaways.push(message));
    socket.on('disconnect', (reason) => (this.#closedBecause = reason));
  }

  /** Rejects with the code of the problem when it is refused. */
  static async connect(
    url: string,
    { token, headers = {} }: { token?: string; headers?: Record<string, string> },
  ): Promise<ConsoleSocket> {
    const socket = io(`${url}/console`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
      auth: token === undefined ? {} : { token },
    });
    const page = new ConsoleSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: Refused }) => {
        socket.disconnect();
        reject(new Error(error.data?.code ?? error.message));
      });
    });
    return page;
  }

  /** As a page of the browser's own server does, with its cookie. */
  static of({ url, cookie }: Browser, headers: Record<string, string> = {}): Promise<ConsoleSocket> {
    return ConsoleSocket.connect(url, {
      headers: {
        cookie: `__Host-binnacle=${cookie}`,
        origin: url,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    });
  }

  watch(topics: readonly string[]): Promise<WatchAnswer & Partial<AgentError>> {
    return this.emit('watch', { topics }) as Promise<WatchAnswer & Partial<AgentError>>;
  }

  edit(service: string, layer: string, isEditing = true): Promise<Partial<AgentError>> {
    const message: Editing = { service, layer, isEditing };
    return this.emit('editing', message) as Promise<Partial<AgentError>>;
  }

  emit(event: string, message: unknown): Promise<unknown> {
    return this.socket.timeout(TIMEOUT_MS).emitWithAck(event, message);
  }

  /** Why it was closed; undefined while it is open. */
  get closedBecause(): string | undefined {
    return this.#closedBecause;
  }

  /** How often it was told to read this again. */
  timesChanged(topic: string): number {
    return this.changed.filter((message) => message.topic === topic).length;
  }

  /** Who edits, as it was told last. */
  get editorNames(): string[] | undefined {
    return this.editors.at(-1)?.editors.map(({ name }) => name);
  }

  close(): void {
    this.socket.disconnect();
  }
}
