import { expect, it } from 'vitest';
import { type Refusal, RefusalWindows } from './refusal-windows.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function refusal(
  fields: Partial<Omit<Refusal, 'actor'>> & {
    credential?: string;
    requestId?: string;
    workspaceId?: string;
  } = {},
): Refusal {
  const { credential = 'c1', requestId = 'r', workspaceId = 'default', ...rest } = fields;
  return {
    actor: {
      workspaceId,
      name: 'token:ci',
      identity: 'token:c1',
      via: 'token',
      credential,
      address: '10.0.0.1',
      requestId,
    },
    method: 'POST',
    route: '/tokens',
    needs: 'tokens:write',
    code: 'forbidden',
    service: undefined,
    environment: undefined,
    ...rest,
  };
}

/** What is due, and taken for written. */
function write(windows: RefusalWindows, nowMs: number, limit = 100, isLast = false): number[] {
  return windows.due(nowMs, limit, isLast).map((counted) => {
    counted.written();
    return counted.count;
  });
}

it('tells the first one at once and those after it as a number, a minute later', () => {
  const windows = new RefusalWindows();
  windows.add(refusal(), 0);
  expect(write(windows, SECOND_MS)).toEqual([1]);
  for (let index = 0; index < 7; index++) windows.add(refusal({ requestId: `r${index}` }), 2 * SECOND_MS);
  expect(write(windows, 30 * SECOND_MS)).toEqual([]);
  const [counted] = windows.due(SECOND_MS + MINUTE_MS, 100);
  expect(counted).toMatchObject({ count: 7, refusal: { actor: { requestId: 'r6' } } });
  counted?.written();
  expect(write(windows, 2 * MINUTE_MS + SECOND_MS)).toEqual([]);
  windows.add(refusal(), 3 * MINUTE_MS);
  expect(write(windows, 3 * MINUTE_MS)).toEqual([1]);
});

it('keeps what was not written', () => {
  const windows = new RefusalWindows();
  windows.add(refusal(), 0);
  const [failed] = windows.due(0, 100);
  windows.add(refusal(), 1);
  expect(failed?.count).toBe(1);
  expect(write(windows, 2)).toEqual([2]);
});

it('tells callers, routes, codes and places apart', () => {
  const windows = new RefusalWindows();
  const different = [
    refusal(),
    refusal({ credential: 'c2' }),
    refusal({ route: '/users' }),
    refusal({ method: 'GET' }),
    refusal({ code: 'unauthenticated' }),
    refusal({ service: 'orders' }),
    refusal({ service: 'orders', environment: 'prod' }),
  ];
  for (const one of [...different, ...different]) windows.add(one, 0);
  expect(write(windows, 0)).toEqual([2, 2, 2, 2, 2, 2, 2]);
});

it('writes no more at a time than it is told, and all at the end', () => {
  const windows = new RefusalWindows();
  for (let index = 0; index < 10; index++) windows.add(refusal({ credential: `c${index}` }), 0);
  expect(write(windows, 0, 4)).toHaveLength(4);
  expect(write(windows, 0, 4)).toHaveLength(4);
  expect(write(windows, 0, 4)).toHaveLength(2);
  windows.add(refusal({ credential: 'c1' }), 1);
  expect(write(windows, 2)).toEqual([]);
  expect(write(windows, 2, 100, true)).toEqual([1]);
});

it('is bounded whatever one caller or many are refused', () => {
  const windows = new RefusalWindows();
  for (let index = 0; index < 10_000; index++)
    expect(windows.add(refusal({ service: `s${index}` }), 0)).toBe(true);
  const ofOne = write(windows, 0, 100_000);
  expect(ofOne).toHaveLength(51);
  expect(ofOne.reduce((sum, count) => sum + count)).toBe(10_000);

  const added = Array.from({ length: 10_000 }, (_, index) =>
    windows.add(refusal({ credential: `x${index}` }), 0),
  );
  expect(added.filter(Boolean)).toHaveLength(500 - 51);
  write(windows, 0, 100_000);
  // When the minute is over, there is room again.
  write(windows, 2 * MINUTE_MS, 100_000);
  expect(windows.add(refusal({ credential: 'late' }), 2 * MINUTE_MS)).toBe(true);
  for (let index = 0; index < 60; index++) windows.add(refusal({ service: `t${index}` }), 2 * MINUTE_MS);
  expect(write(windows, 2 * MINUTE_MS, 100_000)).toHaveLength(52);
});

it('keeps a share for each workspace, whatever others are refused, and a bound for all', () => {
  const windows = new RefusalWindows();
  const flood = (workspaceId: string) =>
    Array.from({ length: 1_000 }, (_, index) =>
      windows.add(refusal({ workspaceId, credential: `c${index}` }), 0),
    ).filter(Boolean).length;
  expect(flood('loud')).toBe(500);
  expect(windows.add(refusal({ workspaceId: 'quiet' }), 0)).toBe(true);
  expect(Array.from({ length: 20 }, (_, index) => flood(`w${index}`)).reduce((sum, n) => sum + n)).toBe(
    4_499,
  );
  expect(write(windows, 0, 100_000)).toHaveLength(5_000);
  expect(write(windows, 2 * MINUTE_MS, 100_000)).toEqual([]);
  expect(flood('later')).toBe(500);
});

it('tells of every workspace in turn, and first of those that had none the last time', () => {
  const windows = new RefusalWindows();
  for (let index = 0; index < 100; index++)
    windows.add(refusal({ workspaceId: 'loud', credential: `c${index}` }), 0);
  for (const workspaceId of ['a', 'b', 'c', 'd']) windows.add(refusal({ workspaceId }), 0);
  const told = (limit: number) =>
    windows.due(0, limit).map((counted) => {
      counted.written();
      return counted.refusal.actor.workspaceId;
    });
  expect(told(3)).toEqual(['loud', 'a', 'b']);
  expect(told(3)).toEqual(['c', 'd', 'loud']);
  windows.add(refusal({ workspaceId: 'e' }), 0);
  expect(told(3)).toContain('e');
  expect(told(4)).toEqual(['loud', 'loud', 'loud', 'loud']);
});
