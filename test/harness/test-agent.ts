import { io, type Socket } from 'socket.io-client';
import {
  AGENTS_NAMESPACE,
  type AgentError,
  type AgentHandshake,
  type Applied,
  type BreakerPush,
  type CallsReport,
  type ConfigPush,
  type Goaway,
  type Have,
  type HealthAnswer,
  type HealthReport,
  type LeaseAnswer,
} from '@binnacle/contracts';
import { canonicalHash } from './canonical-hash.js';
import type { Journal } from './journal.js';
import { monotonicMs } from './monotonic-clock.js';

export interface TestAgentOptions {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  readonly service: string;
  readonly environment: string;
  readonly journal: Journal;
  /** Why this content is refused, or undefined to apply it. */
  readonly reject?: (content: ConfigPush['content']) => string | undefined;
  /** Zero for an agent that sends no heartbeats of its own. Default 500. */
  readonly heartbeatMs?: number;
  readonly zone?: string;
  readonly reconnects?: boolean;
}

/**
 * The plainest agent that speaks the protocol, apart from the SDK. It does no more than the protocol asks of it: what
 * is not newer than what it runs is ignored, and everything else is believed as it comes.
 */
export class TestAgent {
  readonly id: string;
  readonly breakers: BreakerPush[] = [];
  readonly goaways: Goaway[] = [];
  /** Reasons of refused and of broken connections, newest last. */
  readonly disconnects: string[] = [];
  readonly refusals: string[] = [];
  have: Have | null = null;
  lifecycle: HealthReport['lifecycle'] = 'ready';
  checks: HealthReport['checks'] = [];
  readonly #options: TestAgentOptions;
  readonly #socket: Socket;
  #seq = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TestAgentOptions) {
    this.#options = options;
    this.id = options.id;
    this.#socket = io(`${options.url}${AGENTS_NAMESPACE}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: options.reconnects ?? true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 300,
      auth: (send: (handshake: object) => void) => send(this.#handshake()),
    });
    this.#socket.on('config', (push: ConfigPush) => this.#apply(push));
    this.#socket.on('breaker', (push: BreakerPush) => this.breakers.push(push));
    this.#socket.on('goaway', (message: Goaway) => {
      this.goaways.push(message);
      setTimeout(() => this.#socket.disconnect().connect(), Math.random() * message.afterMs);
    });
    this.#socket.on('connect', () => this.#startBeating());
    this.#socket.on('disconnect', (reason) => {
      this.disconnects.push(reason);
      // socket.io comes back by itself from everything but this.
      if (reason === 'io server disconnect' && (options.reconnects ?? true)) this.#socket.connect();
    });
    this.#socket.on('connect_error', (error: Error & { data?: { code: string } }) => {
      this.refusals.push(error.data?.code ?? error.message);
      // Sent elsewhere by a process that stops, it came to the same one again. socket.io does not try after a refusal.
      if (error.data?.code === 'shutting_down' && (options.reconnects ?? true))
        setTimeout(() => this.#isClosed || this.#socket.connect(), 100);
    });
  }

  /** Resolves when the plane has taken it in; rejects with the code of a refusal. */
  static async connect(options: TestAgentOptions): Promise<TestAgent> {
    const agent = new TestAgent(options);
    await new Promise<void>((resolve, reject) => {
      const refused = () => {
        agent.close();
        reject(new Error(agent.refusals.at(-1)));
      };
      agent.#socket.once('connect_error', refused);
      agent.#socket.once('connect', () => {
        agent.#socket.off('connect_error', refused);
        resolve();
      });
    });
    return agent;
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  /** One heartbeat, with its answer. */
  async beat(): Promise<HealthAnswer> {
    const report: HealthReport = {
      seq: this.#seq++,
      lifecycle: this.lifecycle,
      checks: this.checks,
      have: this.have,
    };
    return this.#ask<HealthAnswer>('health', report);
  }

  reportCalls(report: CallsReport): Promise<Record<string, never>> {
    return this.#ask('calls', report);
  }

  requestLease(name: string, generation: number): Promise<LeaseAnswer> {
    return this.#ask('lease', { name, generation });
  }

  /** Sends anything, and gives whatever is answered. */
  send(event: string, message: unknown): Promise<unknown> {
    return this.#socket.timeout(5_000).emitWithAck(event, message) as Promise<unknown>;
  }

  /** Goes silent while its connection stays. */
  stopBeating(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.stopBeating();
    this.#socket.disconnect();
  }

  #handshake(): AgentHandshake {
    const { id, token, service, environment, zone } = this.#options;
    const instance = {
      id,
      host: 'story-host',
      version: '1.0.0',
      sdk: 'story/1',
      ...(zone === undefined ? {} : { zone }),
    };
    return { token, service, environment, instance, have: this.have };
  }

  #startBeating(): void {
    const { heartbeatMs = 500 } = this.#options;
    if (heartbeatMs === 0) return;
    const beat = () => {
      this.beat().then(
        ({ want }) => this.#catchUp(want),
        () => undefined, // the connection was lost meanwhile; the next one beats again
      );
    };
    clearInterval(this.#timer);
    this.#timer = setInterval(beat, heartbeatMs);
    beat();
  }

  /** What is wanted came before the answer on the same connection, or will not come: then a handshake brings it. */
  #catchUp(want: HealthAnswer['want']): void {
    if (want === null) return;
    const isBehind =
      this.have === null || this.have.epoch !== want.epoch || this.have.revision < want.revision;
    if (isBehind && this.#options.reject === undefined) this.#socket.disconnect().connect();
  }

  #apply({ epoch, revision, hash, content }: ConfigPush): void {
    const { service, environment, journal, reject } = this.#options;
    if (this.have?.epoch === epoch && this.have.revision >= revision) return;
    const reason = reject?.(content);
    if (reason === undefined) {
      this.have = { epoch, revision, hash };
      const contentHash = canonicalHash(content);
      const where = { agent: this.id, service, environment, atMs: monotonicMs() };
      journal.write({ kind: 'applied', ...where, epoch, revision, hash, contentHash, source: 'plane' });
    }
    const outcome = reason === undefined ? 'applied' : 'rejected';
    const message: Applied = { epoch, revision, hash, outcome, ...(reason === undefined ? {} : { reason }) };
    // An answer that does not come is the connection's end, which is seen elsewhere.
    this.#ask('applied', message).catch(() => undefined);
  }

  async #ask<Answer>(event: string, message: unknown): Promise<Answer> {
    const answer = (await this.#socket.timeout(5_000).emitWithAck(event, message)) as Answer | AgentError;
    if (typeof answer === 'object' && answer !== null && 'error' in answer)
      throw new Error(`${event} was refused: ${answer.error.code} ${answer.error.detail}`);
    return answer as Answer;
  }
}
