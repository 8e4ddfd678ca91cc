import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type Editing, type Editors, MAX_EDITED_DOCUMENTS, Problem } from '@binnacle/contracts';
import { OncePerOutage } from '@binnacle/runtime';
import { type EditedDocument, type Editor, EditorStore, type Notice, type Redis } from '@binnacle/store';
import { ChangeBus } from '../changes/change-bus.js';
import { REDIS } from '../storage.module.js';
import { ConsoleRooms, type TopicRoom } from './console-rooms.js';
import type { ConsoleSocket } from './console-session.js';

/** Editors of a process that was killed vanish within the time that a confirmation holds and one turn. */
const HELD_MS = 10_000;
const TURN_MS = 3_000;
/** What no notice came of is found every so many turns: one may be lost with the connection to Redis. */
const TURNS_BETWEEN_LOOKS = 5;

interface Desk {
  readonly document: EditedDocument;
  /** Those of this process, by connection. */
  readonly own: Map<string, Editor>;
  /** All of them, as was said last. */
  said: Editors['editors'];
  /** When that was read. */
  readAtMs: number;
  /** Under way for those who have come to watch. */
  reading: Promise<void> | undefined;
}

/** Who edits which document, by name of the credential and nothing that the page says. */
@Injectable()
export class EditorsDesk implements OnModuleDestroy {
  private readonly outage = new OncePerOutage(
    new Logger(EditorsDesk.name),
    'Editors cannot be shared: each process tells of its own',
  );
  private readonly store: EditorStore;
  private readonly desks = new Map<string, Desk>();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;
  private turns = 0;

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly rooms: ConsoleRooms,
    private readonly bus: ChangeBus,
  ) {
    this.store = new EditorStore(redis, HELD_MS);
  }

  start(): void {
    this.timer = setInterval(() => {
      this.turn ??= this.takeTurn().finally(() => (this.turn = undefined));
    }, TURN_MS);
  }

  /** Takes those who are left out at once, rather than letting them fall away. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
    const left = [...this.desks.values()].filter(({ own }) => own.size > 0);
    await Promise.all(
      left.map(async (desk) => {
        const gone = [...desk.own.values()];
        desk.own.clear();
        await this.update(desk, [], gone, true);
      }),
    );
  }

  /** @throws Problem too_many */
  async set(socket: ConsoleSocket, { service, layer, isEditing }: Editing): Promise<void> {
    const { workspaceId, name } = socket.data.principal;
    const document = { workspaceId, service, layer };
    const held = this.desks.get(keyOf(document));
    const known = held?.own.get(socket.id);
    // Who says that he does not edit what he never did may not even have the right to know of it.
    if (isEditing === (known !== undefined)) return;
    if (held !== undefined && known !== undefined) {
      held.own.delete(socket.id);
      return this.update(held, [], [known], true);
    }
    const desk = this.deskOf(document);
    const count = [...this.desks.values()].filter(({ own }) => own.has(socket.id)).length;
    if (count >= MAX_EDITED_DOCUMENTS)
      throw new Problem('too_many', `One page edits at most ${MAX_EDITED_DOCUMENTS} documents at a time.`);
    const editor = { id: socket.id, name, sinceMs: Date.now() };
    desk.own.set(socket.id, editor);
    // It may have gone while it was looked at whether it may.
    if (!socket.connected) desk.own.delete(socket.id);
    else await this.update(desk, [editor], [], true);
  }

  async leave(socket: ConsoleSocket): Promise<void> {
    for (const desk of this.desks.values()) {
      const known = desk.own.get(socket.id);
      if (known === undefined) continue;
      desk.own.delete(socket.id);
      await this.update(desk, [], [known], true);
    }
  }

  /** Tells somebody who has come to watch. */
  async greet(socket: ConsoleSocket, room: TopicRoom): Promise<void> {
    if (room.topic.kind !== 'document') return;
    const { workspaceId, topic } = room;
    const { service, layer } = topic;
    const desk = this.deskOf({ workspaceId, service, layer });
    if (desk.reading !== undefined || !isFresh(desk)) await (desk.reading ??= this.readAnew(desk));
    socket.emit('editors', { service, layer, editors: desk.said });
  }

  /** Another process says that somebody came or went. */
  async follow(notice: Notice): Promise<void> {
    if (notice.kind !== 'editors') return;
    if (this.isWatched(notice)) return this.update(this.deskOf(notice), [], [], false);
    const desk = this.desks.get(keyOf(notice));
    if (desk !== undefined) desk.readAtMs = Number.NEGATIVE_INFINITY;
  }

  private async takeTurn(): Promise<void> {
    const looksAtAll = ++this.turns % TURNS_BETWEEN_LOOKS === 0;
    if (looksAtAll)
      for (const { workspaceId, topic } of this.rooms.ofKind('document'))
        this.deskOf({ workspaceId, service: topic.service, layer: topic.layer });
    await Promise.all(
      [...this.desks.values()].map(async (desk) => {
        if (looksAtAll || this.isBusy(desk)) await this.update(desk, [...desk.own.values()], [], false);
        if (!this.isBusy(desk) && !isFresh(desk)) this.desks.delete(keyOf(desk.document));
      }),
    );
  }

  private readAnew(desk: Desk): Promise<void> {
    return this.update(desk, [], [], false).finally(() => (desk.reading = undefined));
  }

  /** Never rejects: while Redis is away, a process knows its own editors. */
  private async update(
    desk: Desk,
    confirmed: readonly Editor[],
    left: readonly Editor[],
    isNews: boolean,
  ): Promise<void> {
    let editors: readonly Editor[];
    // Before: what is heard of while it is read is read again.
    desk.readAtMs = performance.now();
    try {
      editors = await this.store.update(desk.document, confirmed, left);
      this.outage.succeeded();
    } catch (error) {
      this.outage.failed(error);
      editors = [...desk.own.values()];
    }
    const { workspaceId, service, layer } = desk.document;
    if (isNews) this.bus.wake([{ kind: 'editors', workspaceId, service, layer }]);
    const names = namesOf(editors);
    if (JSON.stringify(names) === JSON.stringify(desk.said)) return;
    desk.said = names;
    const room = this.rooms.find(workspaceId, { kind: 'document', service, layer });
    if (room !== undefined) this.rooms.send(room, 'editors', { service, layer, editors: names });
  }

  private isWatched({ workspaceId, service, layer }: EditedDocument): boolean {
    return this.rooms.find(workspaceId, { kind: 'document', service, layer }) !== undefined;
  }

  private deskOf({ workspaceId, service, layer }: EditedDocument): Desk {
    const document = { workspaceId, service, layer };
    const key = keyOf(document);
    const known = this.desks.get(key);
    if (known !== undefined) return known;
    const desk: Desk = {
      document,
      own: new Map(),
      said: [],
      readAtMs: Number.NEGATIVE_INFINITY,
      reading: undefined,
    };
    this.desks.set(key, desk);
    return desk;
  }

  /** Somebody edits there whom others see: read at every turn. */
  private isBusy({ document, own, said }: Desk): boolean {
    return own.size > 0 || (said.length > 0 && this.isWatched(document));
  }
}

function keyOf({ workspaceId, service, layer }: EditedDocument): string {
  return `${workspaceId}/${service}/${layer}`;
}

/** What comes in between is told by a notice: as old as what is read at every turn is new enough. */
function isFresh({ readAtMs }: Desk): boolean {
  return performance.now() - readAtMs < TURN_MS;
}

/** A person with two pages is one editor, since the first. */
function namesOf(editors: readonly Editor[]): Editors['editors'] {
  const since = new Map<string, number>();
  for (const { name, sinceMs } of editors) since.set(name, Math.min(sinceMs, since.get(name) ?? Infinity));
  return [...since].map(([name, sinceMs]) => ({ name, since: new Date(sinceMs).toISOString() }));
}
