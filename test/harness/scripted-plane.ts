import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  agentHandshakeSchema,
  AGENTS_NAMESPACE,
  appliedSchema,
  callsReportSchema,
  healthReportSchema,
  leaseRequestSchema,
  type AgentHandshake,
  type Applied,
  type BreakerPush,
  type CallsReport,
  type ConfigPush,
  type HealthReport,
  type LeaseAnswer,
  type LeaseRequest,
} from '@binnacle/contracts';
import { canonicalJson, contentHash, type JsonObject } from '@binnacle/domain';
import { Server, type Socket } from 'socket.io';

interface Schema<Value> {
  safeParse(value: unknown): { data?: Value | undefined; error?: Error | undefined };
}

export function revisionOf(
  content: JsonObject,
  revision: number,
  epoch = 'epoch-1',
): Omit<ConfigPush, 'secrets'> {
  return { epoch, revision, hash: contentHash(canonicalJson(content)), content };
}

const REFUSED = { error: { code: 'storage_unavailable', detail: 'Redis is away' } };

/**
 * The plane's end of the agents' protocol, on a real socket.io server, doing what a test tells it to. It checks what
 * agents send by the schemas of the contracts; `mistakes` must stay empty.
 */
export class ScriptedPlane {
  /** Pushed to agents that connect with something else, and wanted in every answer. */
  published: ConfigPush | null = null;
  /** Whether an agent that connects gets what is published. */
  catchesUp = true;
  /** Breakers that are pushed to every agent that connects. */
  breakers: BreakerPush[] = [];
  /** Refuses every handshake so. */
  refusal: { code: string; message: string } | null = null;
  /** Takes messages and answers none. */
  isSilent = false;
  /** Takes no part in breakers, as a plane that has lost its Redis. */
  refusesBreakers = false;
  answerLease: (request: LeaseRequest) => LeaseAnswer = () => ({ granted: false });

  readonly handshakes: AgentHandshake[] = [];
  readonly applied: Applied[] = [];
  readonly health: HealthReport[] = [];
  readonly calls: CallsReport[] = [];
  readonly leases: LeaseRequest[] = [];
  readonly mistakes: string[] = [];
  #http: HttpServer | null = null;
  #io: Server | null = null;
  #port = 0;

  static async start(): Promise<ScriptedPlane> {
    const plane = new ScriptedPlane();
    await plane.listen();
    return plane;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get sockets(): Socket[] {
    return [...(this.#io?.of(AGENTS_NAMESPACE).sockets.values() ?? [])];
  }

  /** Listens, on the same port as before. */
  async listen(): Promise<void> {
    const http = createServer();
    const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
    this.#http = http;
    this.#io = io;
    const namespace = io.of(AGENTS_NAMESPACE);
    namespace.use((socket, next) => {
      const handshake = this.#checked('handshake', agentHandshakeSchema, socket.handshake.auth);
      if (handshake !== null) this.handshakes.push(handshake);
      if (this.refusal === null) return next();
      next(Object.assign(new Error(this.refusal.message), { data: { code: this.refusal.code } }));
    });
    namespace.on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => http.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (http.address() as AddressInfo).port;
  }

  /** Ends all connections at once and listens no more. */
  async stop(): Promise<void> {
    this.#http?.closeAllConnections();
    await this.#io?.close();
    this.#io = null;
  }

  publish(content: JsonObject, revision: number, epoch?: string): ConfigPush {
    this.published = revisionOf(content, revision, epoch);
    this.push(this.published);
    return this.published;
  }

  push(push: unknown): void {
    this.#io?.of(AGENTS_NAMESPACE).emit('config', push);
  }

  pushBreaker(push: BreakerPush): void {
    this.breakers = [...this.breakers.filter(({ name }) => name !== push.name), push];
    this.#io?.of(AGENTS_NAMESPACE).emit('breaker', push);
  }

  goAway(afterMs: number): void {
    this.#io?.of(AGENTS_NAMESPACE).emit('goaway', { afterMs });
  }

  #serve(socket: Socket): void {
    const { have } = socket.handshake.auth as AgentHandshake;
    const { published } = this;
    if (
      this.catchesUp &&
      published &&
      (have?.revision !== published.revision || have.epoch !== published.epoch)
    ) {
      socket.emit('config', published);
    }
    for (const push of this.breakers) socket.emit('breaker', push);

    const listen = <Message>(
      event: string,
      schema: Schema<Message>,
      answer: (message: Message) => unknown,
    ) => {
      socket.on(event, (message: unknown, acknowledge: (answer: unknown) => void) => {
        const checked = this.#checked(event, schema, message);
        if (checked !== null && !this.isSilent) acknowledge(answer(checked));
      });
    };
    listen('applied', appliedSchema, (message) => {
      this.applied.push(message);
      return {};
    });
    listen('health', healthReportSchema, (message) => {
      this.health.push(message);
      return { want: this.published && { epoch: this.published.epoch, revision: this.published.revision } };
    });
    listen('calls', callsReportSchema, (message) => {
      this.calls.push(message);
      return this.refusesBreakers ? REFUSED : {};
    });
    listen('lease', leaseRequestSchema, (message) => {
      this.leases.push(message);
      return this.refusesBreakers ? REFUSED : this.answerLease(message);
    });
  }

  #checked<Value>(what: string, schema: Schema<Value>, value: unknown): Value | null {
    const result = schema.safeParse(value);
    if (result.error !== undefined) this.mistakes.push(`${what}: ${result.error.message}`);
    return result.data ?? null;
  }
}
