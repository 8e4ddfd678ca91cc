import { Injectable } from '@nestjs/common';
import { type ConsoleTopic, formatTopic, type ServerToConsoleEvents } from '@binnacle/contracts';
import type { Notice } from '@binnacle/store';
import type { ConsoleNamespace, ConsoleSocket } from './console-session.js';
import { topicsOf } from './topics-of.js';

/** Changes come in bursts, and each is heard of more than once: by a wake-up and by the feed. */
const GATHER_MS = 50;
/** A topic is told of at most this often, however much happens. */
const MIN_GAP_MS = 1_000;

/** All connections of this process that watch one topic of one workspace. */
export interface TopicRoom<Topic extends ConsoleTopic = ConsoleTopic> {
  readonly name: string;
  readonly workspaceId: string;
  readonly topic: Topic;
  readonly sockets: Set<ConsoleSocket>;
  toldAtMs: number;
  timer: NodeJS.Timeout | undefined;
}

/** Who watches what, in this process. */
@Injectable()
export class ConsoleRooms {
  private readonly rooms = new Map<string, TopicRoom>();
  private readonly watched = new Map<ConsoleSocket, ReadonlySet<string>>();
  private namespace: ConsoleNamespace | undefined;

  open(namespace: ConsoleNamespace): void {
    this.namespace = namespace;
  }

  /** From now on this connection watches these topics and no others. Gives those that it did not watch before. */
  watch(socket: ConsoleSocket, topics: readonly ConsoleTopic[]): TopicRoom[] {
    const { workspaceId } = socket.data.principal;
    const wanted = new Map(topics.map((topic) => [roomName(workspaceId, topic), topic]));
    const before = this.watched.get(socket) ?? new Set();
    for (const name of before) if (!wanted.has(name)) this.exit(socket, name);
    const entered: TopicRoom[] = [];
    for (const [name, topic] of wanted) {
      if (before.has(name)) continue;
      const room = this.rooms.get(name) ?? this.openRoom(name, workspaceId, topic);
      room.sockets.add(socket);
      void socket.join(name);
      entered.push(room);
    }
    this.watched.set(socket, new Set(wanted.keys()));
    return entered;
  }

  leave(socket: ConsoleSocket): void {
    for (const name of this.watched.get(socket) ?? []) this.exit(socket, name);
    this.watched.delete(socket);
  }

  /** Undefined while nobody watches it. */
  find(workspaceId: string, topic: ConsoleTopic): TopicRoom | undefined {
    return this.rooms.get(roomName(workspaceId, topic));
  }

  /** Those that somebody watches. */
  ofKind<Kind extends ConsoleTopic['kind']>(kind: Kind): TopicRoom<Extract<ConsoleTopic, { kind: Kind }>>[] {
    return [...this.rooms.values()].filter((room) => room.topic.kind === kind) as TopicRoom<
      Extract<ConsoleTopic, { kind: Kind }>
    >[];
  }

  /** Encoded once for all who watch. */
  send<Event extends keyof ServerToConsoleEvents>(
    room: TopicRoom,
    event: Event,
    ...message: Parameters<ServerToConsoleEvents[Event]>
  ): void {
    this.namespace?.to(room.name).emit(event, ...message);
  }

  /** Tells those whom a change concerns that they should read again. */
  tell(change: Notice): void {
    for (const topic of topicsOf(change)) {
      const room = this.find(change.workspaceId, topic);
      if (room === undefined || room.timer !== undefined) continue;
      const delayMs = Math.max(GATHER_MS, room.toldAtMs + MIN_GAP_MS - performance.now());
      room.timer = setTimeout(() => this.tellNow(room), delayMs).unref();
    }
  }

  private tellNow(room: TopicRoom): void {
    room.timer = undefined;
    room.toldAtMs = performance.now();
    this.send(room, 'changed', { topic: formatTopic(room.topic), at: new Date().toISOString() });
  }

  private openRoom(name: string, workspaceId: string, topic: ConsoleTopic): TopicRoom {
    const room: TopicRoom = {
      name,
      workspaceId,
      topic,
      sockets: new Set(),
      toldAtMs: Number.NEGATIVE_INFINITY,
      timer: undefined,
    };
    this.rooms.set(name, room);
    return room;
  }

  private exit(socket: ConsoleSocket, name: string): void {
    void socket.leave(name);
    const room = this.rooms.get(name);
    if (room === undefined || !room.sockets.delete(socket) || room.sockets.size > 0) return;
    clearTimeout(room.timer);
    this.rooms.delete(name);
  }
}

/** Unique, as neither ids nor topics hold a blank. */
function roomName(workspaceId: string, topic: ConsoleTopic): string {
  return `${workspaceId} ${formatTopic(topic)}`;
}
