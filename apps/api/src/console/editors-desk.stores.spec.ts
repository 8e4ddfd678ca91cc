import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import type { Editors } from '@binnacle/contracts';
import { openRedis, type Redis } from '@binnacle/store';
import { ChangeBus } from '../changes/change-bus.js';
import type { Environment } from '../environment.js';
import { ConsoleRooms } from './console-rooms.js';
import type { ConsoleSocket } from './console-session.js';
import { EditorsDesk } from './editors-desk.js';

/** What of a connection the desk uses; it keeps what it is told. */
class Page {
  readonly id = randomUUID();
  readonly connected = true;
  readonly told: Editors[] = [];
  readonly data: { principal: { workspaceId: string; name: string } };

  constructor(workspaceId: string, name: string) {
    this.data = { principal: { workspaceId, name } };
  }

  get socket(): ConsoleSocket {
    return this as unknown as ConsoleSocket;
  }

  get editors(): string[] | undefined {
    return this.told.at(-1)?.editors.map(({ name }) => name);
  }

  emit(_event: 'editors', message: Editors): void {
    this.told.push(message);
  }

  join(): void {
    // Rooms of this process are enough here.
  }

  leave(): void {
    // As above.
  }
}

/** What an API process has for editors, with a connection of its own whose scripts are counted. */
class ApiProcess {
  readonly redis: Redis = openRedis({
    url: inject('redisUrl'),
    connectionName: 'spec',
    commandTimeoutMs: 5_000,
    onError: () => undefined,
  });
  readonly rooms = new ConsoleRooms();
  readonly desk: EditorsDesk;
  scripts = 0;
  private readonly bus: ChangeBus;

  constructor() {
    const send = this.redis.sendCommand.bind(this.redis);
    this.redis.sendCommand = (command, stream) => {
      if (command.name.startsWith('eval')) this.scripts += 1;
      return send(command, stream);
    };
    this.bus = new ChangeBus({ redisUrl: inject('redisUrl') } as Environment, this.redis);
    this.desk = new EditorsDesk(this.redis, this.rooms, this.bus);
    this.bus.onChange((notice) => this.desk.follow(notice));
  }

  async start(): Promise<void> {
    await once(this.redis, 'ready');
  }

  async watch(page: Page): Promise<void> {
    const topic = { kind: 'document', service: 'orders', layer: 'base' } as const;
    const entered = this.rooms.watch(page.socket, [topic]);
    await Promise.all(entered.map((room) => this.desk.greet(page.socket, room)));
  }

  async stop(): Promise<void> {
    await this.desk.onModuleDestroy();
    await this.bus.close();
    await this.redis.quit();
  }
}

const editing = { service: 'orders', layer: 'base', isEditing: true };
let workspaceId: string;
let here: ApiProcess;
let there: ApiProcess;
beforeEach(async () => {
  workspaceId = randomUUID();
  [here, there] = [new ApiProcess(), new ApiProcess()];
  await Promise.all([here.start(), there.start()]);
});
afterEach(async () => {
  await there.stop();
  await here.stop();
});

const newPage = (name: string) => new Page(workspaceId, name);

it('asks Redis once for however many come to watch a document within a moment', async () => {
  await there.desk.set(newPage('user:ann').socket, editing);
  const pages = Array.from({ length: 50 }, (_, index) => newPage(`user:${index}`));
  await Promise.all(pages.map((page) => here.watch(page)));
  for (const page of pages) {
    here.rooms.leave(page.socket);
    await here.watch(page);
    // What it watches already, it is not told of again.
    await here.watch(page);
    expect(page.told).toHaveLength(2);
    expect(page.editors).toEqual(['user:ann']);
  }
  // That somebody began may be heard of only now, and every three seconds it is read again.
  expect(here.scripts).toBeLessThan(5);
});

it('does nothing about somebody who ends what he never began', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  here.desk.start();
  await here.desk.set(newPage('user:ann').socket, { ...editing, isEditing: false });
  vi.advanceTimersByTime(3_000);
  // Waits for the turn that is under way.
  await here.desk.onModuleDestroy();
  vi.useRealTimers();
  expect(here.scripts).toBe(0);
  const ben = newPage('user:ben');
  await here.desk.set(ben.socket, editing);
  await here.desk.set(ben.socket, { ...editing, isEditing: false });
  expect(here.scripts).toBe(2);
});

it('tells who comes later what happened while nobody watched', async () => {
  const early = newPage('user:early');
  await here.watch(early);
  expect(early.editors).toEqual([]);
  here.rooms.leave(early.socket);
  await there.desk.set(newPage('user:ann').socket, editing);
  await expect
    .poll(
      async () => {
        const late = newPage('user:late');
        await here.watch(late);
        here.rooms.leave(late.socket);
        return late.editors;
      },
      { timeout: 2_000 },
    )
    .toEqual(['user:ann']);
});
