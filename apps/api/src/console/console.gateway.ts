import { Inject, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import {
  CONSOLE_NAMESPACE,
  editingSchema,
  Problem,
  type Watch,
  type WatchAnswer,
  watchSchema,
} from '@binnacle/contracts';
import type { Notice } from '@binnacle/store';
import { EVERYBODY } from '../access/authenticator.js';
import type { Principal } from '../access/principal.js';
import { SocketGuard } from '../access/socket-guard.js';
import { SocketRefusals } from '../audit/socket-refusals.js';
import { ChangeBus } from '../changes/change-bus.js';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { Drain } from '../lifecycle/drain.js';
import { Metrics } from '../lifecycle/metrics.js';
import { SocketLimits } from '../limits/socket-limits.js';
import { answerMessages, connectionRefusal } from '../sockets/answer-messages.js';
import { releaseHandshake } from '../sockets/release-handshake.js';
import { sendAway } from '../sockets/send-away.js';
import { unsentPackets } from '../sockets/unsent-packets.js';
import { ConsoleAdmission } from './console-admission.js';
import { ConsoleRooms } from './console-rooms.js';
import type { ConsoleNamespace, ConsoleSocket } from './console-session.js';
import { EditorsDesk } from './editors-desk.js';
import { InstanceProgress } from './instance-progress.js';
import { TopicAccess } from './topic-access.js';

/** A page says what it watches when one moves about in it. */
const MESSAGE_RATE = { perSecond: 10, burst: 60 };
/** So many topics to watch cost as much as one message more. */
const TOPICS_PER_MESSAGE = 10;
/** A page that does not read for so long comes back and reads everything anew. */
const MAX_UNSENT_PACKETS = 200;

/** Pages of the console over socket.io: who gets in, and what each message means. */
@WebSocketGateway({ namespace: CONSOLE_NAMESPACE })
export class ConsoleGateway implements OnGatewayInit<ConsoleNamespace>, OnModuleDestroy {
  private readonly logger = new Logger(ConsoleGateway.name);
  private timer: NodeJS.Timeout | undefined;
  private namespace: ConsoleNamespace | undefined;

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly admission: ConsoleAdmission,
    private readonly rooms: ConsoleRooms,
    private readonly access: TopicAccess,
    private readonly editors: EditorsDesk,
    private readonly progress: InstanceProgress,
    private readonly drain: Drain,
    private readonly guard: SocketGuard,
    private readonly limits: SocketLimits,
    private readonly refusals: SocketRefusals,
    private readonly metrics: Metrics,
    bus: ChangeBus,
  ) {
    bus.onChange(async (notice) => {
      this.rooms.tell(notice);
      this.progress.follow(notice);
      await Promise.all([this.editors.follow(notice), this.followAccess(notice)]);
    });
  }

  afterInit(namespace: ConsoleNamespace): void {
    this.namespace = namespace;
    this.rooms.open(namespace);
    namespace.use((socket, next) => {
      this.admit(socket).then(
        () => next(),
        (error: unknown) => {
          this.refusals.note(socket.request, socket.handshake.auth, error, CONSOLE_NAMESPACE);
          next(connectionRefusal(error));
        },
      );
    });
    namespace.on('connection', (socket) => this.connected(socket));
    this.editors.start();
    this.progress.start();
    this.timer = setInterval(() => {
      for (const socket of namespace.sockets.values())
        if (unsentPackets(socket) > MAX_UNSENT_PACKETS) close(socket);
      void this.reauthorize(() => true);
    }, this.environment.reauthorizeMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Asks every page to move to another process; resolves when all have, or the time is over. */
  async sendAway(maxMs: number, msPerPage: number): Promise<void> {
    await sendAway(this.namespace, maxMs, msPerPage);
    for (const socket of this.namespace?.sockets.values() ?? []) close(socket);
  }

  private async admit(socket: ConsoleSocket): Promise<void> {
    if (this.drain.isDraining)
      throw new Problem('shutting_down', 'This process is stopping: connect to another one.');
    const { auth, headers } = socket.handshake;
    socket.data = await this.limits.admit(socket, () => this.admission.admit(auth, headers));
  }

  private connected(socket: ConsoleSocket): void {
    this.limits.admitted(socket);
    this.admission.admitted(socket);
    releaseHandshake(socket);
    this.guard.watch(socket);
    this.metrics.consoles.inc();
    socket.on('disconnect', () => {
      this.metrics.consoles.dec();
      this.rooms.leave(socket);
      void this.editors.leave(socket);
    });
    const rules = { rate: MESSAGE_RATE, logger: this.logger };
    const costOf = ({ topics }: Watch) => 1 + topics.length / TOPICS_PER_MESSAGE;
    answerMessages(socket, 'watch', watchSchema, { ...rules, costOf }, ({ topics }) =>
      this.watch(socket, topics),
    );
    answerMessages(socket, 'editing', editingSchema, rules, async (editing) => {
      if (editing.isEditing) await this.access.mustMayEdit(socket.data.principal, editing);
      await this.editors.set(socket, editing);
      return {};
    });
    // What ended or changed while it was admitted did not find it among the open ones.
    if (this.admission.isOutdated(socket.data))
      void this.reauthorize((principal) => principal === socket.data.principal);
  }

  private async watch(socket: ConsoleSocket, texts: readonly string[]): Promise<WatchAnswer> {
    const { topics, refused } = await this.access.judge(socket.data.principal, texts);
    if (!socket.connected) return { refused };
    for (const room of this.rooms.watch(socket, topics)) {
      if (room.topic.kind === 'instances') this.progress.greet(socket, room);
      if (room.topic.kind === 'document') void this.editors.greet(socket, room);
    }
    return { refused };
  }

  private async followAccess(notice: Notice): Promise<void> {
    if (notice.kind === 'token')
      await this.reauthorize(({ via, credentialId }) => via === 'token' && credentialId === notice.tokenId);
    if (notice.kind === 'access') {
      const { subject, workspaceId } = notice;
      await this.reauthorize(
        (principal) =>
          (subject === EVERYBODY && principal.workspaceId === workspaceId) ||
          principal.userId === subject ||
          principal.credentialId === subject,
      );
    }
  }

  /** Also with Redis away: changes come by the feed then, and all are looked at every few seconds. */
  private async reauthorize(concerns: (principal: Principal) => boolean): Promise<void> {
    const sockets = [...(this.namespace?.sockets.values() ?? [])].filter(({ data }) =>
      concerns(data.principal),
    );
    if (sockets.length === 0) return;
    try {
      for (const socket of await this.admission.findOutdated(sockets)) close(socket);
    } catch (error) {
      this.logger.warn({ err: error }, 'Open pages could not be authorized again; tried again soon');
    }
  }
}

/** As if the network had failed: a page then connects again by itself, and is judged anew. */
function close(socket: ConsoleSocket): void {
  socket.conn.close();
}
