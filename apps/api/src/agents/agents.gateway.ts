import { Inject, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import {
  type Acknowledge,
  type AgentError,
  AGENTS_NAMESPACE,
  appliedSchema,
  callsReportSchema,
  healthReportSchema,
  leaseRequestSchema,
  Problem,
} from '@binnacle/contracts';
import type { z } from 'zod';
import { EVERYBODY } from '../access/authenticator.js';
import { MAX_REFUSALS, SocketGuard } from '../access/socket-guard.js';
import { SocketRefusals } from '../audit/socket-refusals.js';
import { ChangeBus } from '../changes/change-bus.js';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { toProblem } from '../http/to-problem.js';
import { Drain } from '../lifecycle/drain.js';
import { SocketLimits } from '../limits/socket-limits.js';
import { AgentAdmission } from './agent-admission.js';
import { AgentReports } from './agent-reports.js';
import { AgentRooms } from './agent-rooms.js';
import type { AgentNamespace, AgentSession, AgentSocket } from './agent-session.js';

/** Messages that one agent may send in a second, and how many it may save up. */
const MESSAGES_PER_SECOND = 100;
const MESSAGE_BURST = 200;

/** Agents over socket.io: who gets in, and what each message means. */
@WebSocketGateway({ namespace: AGENTS_NAMESPACE })
export class AgentsGateway implements OnGatewayInit<AgentNamespace>, OnModuleDestroy {
  private readonly logger = new Logger(AgentsGateway.name);
  private timer: NodeJS.Timeout | undefined;
  private namespace: AgentNamespace | undefined;

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly admission: AgentAdmission,
    private readonly rooms: AgentRooms,
    private readonly reports: AgentReports,
    private readonly drain: Drain,
    private readonly guard: SocketGuard,
    private readonly limits: SocketLimits,
    private readonly refusals: SocketRefusals,
    bus: ChangeBus,
  ) {
    bus.onChange(async (change) => {
      if (change.kind === 'token') await this.reauthorize((session) => session.tokenId === change.tokenId);
      if (change.kind === 'access' && change.subject === EVERYBODY)
        await this.reauthorize((session) => session.pair.workspaceId === change.workspaceId);
    });
  }

  afterInit(namespace: AgentNamespace): void {
    this.namespace = namespace;
    this.rooms.open(namespace);
    namespace.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (error: unknown) => {
          this.refusals.note(socket.request, socket.handshake.auth, error);
          next(refusal(error));
        },
      );
    });
    namespace.on('connection', (socket) => this.connected(socket));
    this.timer = setInterval(() => {
      this.rooms.dropLaggards();
      void this.reauthorize(() => true);
    }, this.environment.reauthorizeMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * Asks every agent to move to another process; resolves when all have, or the time is over. The fewer there are,
   * the shorter the time over which they are spread.
   */
  async sendAway(maxMs: number, msPerAgent: number): Promise<void> {
    const { namespace } = this;
    if (namespace === undefined || namespace.sockets.size === 0) return;
    const withinMs = Math.min(maxMs, 250 + msPerAgent * namespace.sockets.size);
    const allGone = Promise.withResolvers<void>();
    const timer = setTimeout(allGone.resolve, withinMs);
    for (const socket of namespace.sockets.values()) {
      socket.once('disconnect', () => {
        if (namespace.sockets.size === 0) allGone.resolve();
      });
    }
    namespace.emit('goaway', { afterMs: Math.round(withinMs * 0.8) });
    await allGone.promise;
    clearTimeout(timer);
    namespace.disconnectSockets(true);
  }

  private async admit(socket: AgentSocket): Promise<void> {
    if (this.drain.isDraining)
      throw new Problem('shutting_down', 'This process is stopping: connect to another one.');
    const { auth } = socket.handshake;
    socket.data = await this.limits.admit(socket.request, auth, () => this.admission.admit(auth));
  }

  private connected(socket: AgentSocket): void {
    this.limits.admitted(socket);
    slim(socket);
    this.guard.watch(socket);
    socket.on('disconnect', () => this.rooms.leave(socket));
    this.listen(socket, 'applied', appliedSchema, (message) => this.reports.applied(socket.data, message));
    this.listen(socket, 'health', healthReportSchema, (report) => {
      const answer = this.reports.health(socket.data, report);
      if (report.have !== undefined) this.rooms.remind(socket);
      return answer;
    });
    this.listen(socket, 'calls', callsReportSchema, async (report) => {
      for (const push of await this.reports.calls(socket.data, report)) socket.emit('breaker', push);
      return {};
    });
    this.listen(socket, 'lease', leaseRequestSchema, (request) => this.reports.lease(socket.data, request));
    const entering = this.rooms.enter(socket);
    // A revocation that came while it was admitted did not find it among the open ones.
    if (this.admission.isOutdated(socket.data)) void this.reauthorize((session) => session === socket.data);
    entering.catch((error: unknown) => {
      // Without its config an agent is better off with another process, or trying again.
      this.logger.warn({ err: error }, 'An agent could not be brought up to date');
      socket.disconnect(true);
    });
  }

  private listen<Schema extends z.ZodType, Answer>(
    socket: AgentSocket,
    event: 'applied' | 'health' | 'calls' | 'lease',
    schema: Schema,
    handle: (message: z.output<Schema>) => Answer | Promise<Answer>,
  ): void {
    socket.on(event, (message: unknown, acknowledge?: unknown) => {
      const answer = (typeof acknowledge === 'function' ? acknowledge : ignore) as Acknowledge<Answer>;
      const refuse = (error: unknown) => answer(this.refused(event, error));
      try {
        if (!spend(socket.data)) {
          if (++socket.data.refusals > MAX_REFUSALS) return void socket.disconnect(true);
          return refuse(new Problem('rate_limited', 'Too many messages: send fewer, larger ones.'));
        }
        const parsed = schema.safeParse(message);
        if (!parsed.success) return refuse(invalid(parsed.error));
        const outcome = handle(parsed.data);
        if (outcome instanceof Promise) outcome.then(answer, refuse);
        else answer(outcome);
      } catch (error) {
        refuse(error);
      }
    });
  }

  private refused(event: string, error: unknown): AgentError {
    const problem = toProblem(error);
    if (problem.code === 'internal') this.logger.error({ err: error, event }, 'A message of an agent failed');
    return { error: { code: problem.code, detail: problem.message } };
  }

  private async reauthorize(concerns: (session: AgentSession) => boolean): Promise<void> {
    const sockets = this.rooms.sockets().filter((socket) => concerns(socket.data));
    if (sockets.length === 0) return;
    try {
      for (const socket of await this.admission.findRefused(sockets)) {
        this.logger.log(`The token of ${socket.data.instance.id} no longer lets it connect: disconnected`);
        socket.disconnect(true);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'Open sockets could not be authorized again; tried again soon');
    }
  }
}

function ignore(): void {
  // The agent did not ask for an answer.
}

function invalid(error: z.ZodError): Problem {
  const [issue] = error.issues;
  return new Problem(
    'invalid_request',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`,
  );
}

function refusal(error: unknown): Error {
  const problem = toProblem(error);
  return Object.assign(new Error(problem.message), { data: { code: problem.code, detail: problem.message } });
}

/** A connection lives long: what only its handshake needed is let go, the token first. */
function slim(socket: AgentSocket): void {
  socket.handshake.auth = {};
  socket.handshake.headers = {};
  const connection: { request: unknown } = socket.conn;
  connection.request = null;
}

/** A token bucket. False when the agent sends more than it may. */
function spend(session: AgentSession): boolean {
  const nowMs = performance.now();
  const refill = ((nowMs - session.budgetAtMs) / 1000) * MESSAGES_PER_SECOND;
  session.budget =
    session.budgetAtMs === 0 ? MESSAGE_BURST : Math.min(MESSAGE_BURST, session.budget + refill);
  session.budgetAtMs = nowMs;
  if (session.budget < 1) return false;
  session.budget -= 1;
  return true;
}
