import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type InstancesProgress, MAX_NAMED_REJECTIONS } from '@binnacle/contracts';
import { OncePerOutage } from '@binnacle/runtime';
import { type FleetProgress, HealthStore, type Notice, type Pair, RevisionStore } from '@binnacle/store';
import { ConsoleRooms, type TopicRoom } from './console-rooms.js';
import type { ConsoleSocket } from './console-session.js';

const INTERVAL_MS = 1_000;

type PairRoom = TopicRoom<{ kind: 'instances'; service: string; environment: string }>;

interface Followed {
  readonly pair: Pair;
  /** The newest that was released. */
  revision: number | null;
  /** There may be a newer one. */
  isStale: boolean;
  /** What was said last, and its text. */
  progress: InstancesProgress | undefined;
  text: string;
}

/** Tells who watches a pair which revision its instances have come to: one reading a second, however many watch. */
@Injectable()
export class InstanceProgress implements OnModuleDestroy {
  private readonly outage = new OncePerOutage(
    new Logger(InstanceProgress.name),
    'How far revisions have come cannot be read',
  );
  private readonly followed = new Map<string, Followed>();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;

  constructor(
    private readonly rooms: ConsoleRooms,
    private readonly health: HealthStore,
    private readonly revisions: RevisionStore,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.turn ??= this.readAll().finally(() => (this.turn = undefined));
    }, INTERVAL_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  /** Says what was said last to somebody who has just come. Others read it with the next turn. */
  greet(socket: ConsoleSocket, room: TopicRoom): void {
    const progress = this.followed.get(room.name)?.progress;
    if (progress !== undefined) socket.emit('instances', progress);
  }

  follow(change: Notice): void {
    if (change.kind !== 'revision') return;
    const { workspaceId, service, environment } = change;
    const room = this.rooms.find(workspaceId, { kind: 'instances', service, environment });
    const followed = room && this.followed.get(room.name);
    if (followed !== undefined) followed.isStale = true;
  }

  private async readAll(): Promise<void> {
    const rooms = this.rooms.ofKind('instances');
    const open = new Set(rooms.map(({ name }) => name));
    for (const name of this.followed.keys()) if (!open.has(name)) this.followed.delete(name);
    const outcomes = await Promise.allSettled(rooms.map((room) => this.read(room)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) this.outage.failed(failed.reason);
    else if (outcomes.length > 0) this.outage.succeeded();
  }

  private async read(room: PairRoom): Promise<void> {
    const followed = this.followedIn(room);
    const { pair } = followed;
    if (followed.isStale) await this.readRevision(followed);
    const progress = toProgress(pair, followed.revision, await this.health.progress(pair));
    const text = JSON.stringify(progress);
    if (text === followed.text) return;
    followed.text = text;
    followed.progress = progress;
    this.rooms.send(room, 'instances', progress);
  }

  private async readRevision(followed: Followed): Promise<void> {
    // First: a change that comes while it is read makes it be read again.
    followed.isStale = false;
    try {
      followed.revision = (await this.revisions.newestNumber(followed.pair)) ?? null;
    } catch (error) {
      followed.isStale = true;
      throw error;
    }
  }

  private followedIn({ name, workspaceId, topic: { service, environment } }: PairRoom): Followed {
    const known = this.followed.get(name);
    if (known !== undefined) return known;
    const pair = { workspaceId, service, environment };
    const fresh: Followed = { pair, revision: null, isStale: true, progress: undefined, text: '' };
    this.followed.set(name, fresh);
    return fresh;
  }
}

/** Of those that could not all be looked at, it is taken that they reject what is newest. */
export function toProgress(
  { service, environment }: Pick<Pair, 'service' | 'environment'>,
  revision: number | null,
  { counts, revisions, rejected, rejectedCount }: FleetProgress,
): InstancesProgress {
  const newest = rejected.filter((each) => each.revision === revision);
  const rejecting = rejected.length < rejectedCount ? rejectedCount : newest.length;
  const total = counts.total - counts.lost;
  const running = revision === null ? 0 : (revisions[revision] ?? 0);
  return {
    service,
    environment,
    revision,
    total,
    lost: counts.lost,
    revisions: { ...revisions },
    waiting: revision === null ? 0 : Math.max(total - running - rejecting, 0),
    rejected: newest.slice(0, MAX_NAMED_REJECTIONS),
    rejectedCount: rejecting,
  };
}
