import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Problem } from '@binnacle/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AuditExports } from './audit-exports.js';

const MINUTE_MS = 60_000;

let process: AbortController;
let exports: AuditExports;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  process = new AbortController();
  exports = new AuditExports(process.signal);
});
afterEach(() => {
  process.abort();
  vi.useRealTimers();
});

/** Lines without end. */
function start(workspaceId: string): Promise<Readable> {
  return exports.start(workspaceId, async (onAsked) => {
    async function* lines(): AsyncGenerator<string, void> {
      for (;;) {
        onAsked();
        yield 'line\n';
      }
    }
    return lines();
  });
}

async function isRefused(workspaceId: string): Promise<boolean> {
  try {
    (await start(workspaceId)).destroy();
    return false;
  } catch (error) {
    expect(Problem.isInstance(error) && error.code).toBe('rate_limited');
    return true;
  }
}

/** Takes one line, and what it takes to make the next. */
async function read(stream: Readable): Promise<void> {
  if (stream.read() === null) {
    await once(stream, 'readable');
    stream.read();
  }
}

it('leaves room for other workspaces when one has as many as it may', async () => {
  const [first] = [await start('loud'), await start('loud')];
  expect(await isRefused('loud')).toBe(true);
  expect(await isRefused('quiet')).toBe(false);
  first?.destroy();
  await once(first as Readable, 'close');
  expect(await isRefused('loud')).toBe(false);
});

it('has a bound for all workspaces together', async () => {
  for (let index = 0; index < 8; index++) await start(`w${index % 4}`);
  expect(await isRefused('late')).toBe(true);
});

it('keeps no place for one that could not begin', async () => {
  for (let time = 0; time < 10; time++)
    await expect(exports.start('w', () => Promise.reject(new Error('no database')))).rejects.toThrow(
      'no database',
    );
  expect(await isRefused('w')).toBe(false);
});

it('gives up a reader who takes nothing for a minute', async () => {
  const stream = await start('w');
  await read(stream);
  await vi.advanceTimersByTimeAsync(MINUTE_MS - 1);
  expect(stream.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(stream.destroyed).toBe(true);
});

it('gives up who takes a little now and then, after half an hour in all', async () => {
  const stream = await start('w');
  for (let half = 0; half < 59; half++) {
    await read(stream);
    await vi.advanceTimersByTimeAsync(MINUTE_MS / 2);
  }
  expect(stream.destroyed).toBe(false);
  await read(stream);
  await vi.advanceTimersByTimeAsync(MINUTE_MS / 2);
  expect(stream.destroyed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(await isRefused('w')).toBe(false);
});

it('ends with the process', async () => {
  const stream = await start('w');
  process.abort();
  expect(stream.destroyed).toBe(true);
  expect((await start('late')).destroyed).toBe(true);
});
