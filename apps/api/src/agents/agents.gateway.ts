import { Inject, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import {
  AGENTS_NAMESPACE,
  appliedSchema,
  callsReportSchema,
  healthReportSchema,
  leaseRequestSchema,
  Problem,
} from '@binnacle/contracts';
import type { z } from 'zod';
import { EVERYBODY } from '../access/authenticator.js';
import { SocketGuard } from '../access/socket-guard.js';
import { SocketRefusals } from '../audit/socket-refusals.js';
import { ChangeBus } from '../changes/change-bus.js';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { Drain } from '../lifecycle/drain.js';
import { SocketLimits } from '../limits/socket-limits.js';
import { answerMessages, connectionRefusal } from '../sockets/answer-messages.js';
import { releaseHandshake } from '../sockets/release-handshake.js';
import { sendAway } from '../sockets/send-away.js';
import { AgentAdmission } from './agent-admission.js';
import { AgentReports } from './agent-reports.js';
import { AgentRooms } from './agent-rooms.js';
import type { AgentNamespace, AgentSession, AgentSocket } from './agent-session.js';

/** Messages that one agent may send in a second, and how many it may save up. */
const MESSAGE_RATE = { perSecond: 100, burst: 200 };

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
          next(connectionRefusal(error));
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

  /** Asks every agent to move to another process; resolves when all have, or the time is over. */
  async sendAway(maxMs: number, msPerAgent: number): Promise<void> {
    await sendAway(this.namespace, maxMs, msPerAgent);
    this.namespace?.disconnectSockets(true);
  }

  private async admit(socket: AgentSocket): Promise<void> {
    if (this.drain.isDraining)
      throw new Problem('shutting_down', 'This process is stopping: connect to another one.');
    const { auth } = socket.handshake;
    socket.data = await this.limits.admit(socket, () => this.admission.admit(auth));
  }

  private connected(socket: AgentSocket): void {
    this.limits.admitted(socket);
    releaseHandshake(socket);
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
    answerMessages(socket, event, schema, { rate: MESSAGE_RATE, logger: this.logger }, handle);
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
