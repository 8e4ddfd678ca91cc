import type { InstanceBody } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import { describeRevisions, foldRunning, rejectionReasons, standOf } from './running-revisions';

function instance(id: string, change: Partial<InstanceBody> = {}): InstanceBody {
  return {
    id,
    host: 'host-1',
    version: '1.0.0',
    zone: null,
    lifecycle: 'ready',
    status: 'healthy',
    lastSeenAt: '2026-11-23T12:00:00.000Z',
    revision: 37,
    checks: [],
    ...change,
  };
}

const rejecting = (id: string, reason: string, revision = 37) =>
  instance(id, { revision: 36, rejected: { revision, reason } });

describe('standOf', () => {
  it.each([
    ['runs the live one', instance('a'), 'live'],
    ['runs an older one', instance('a', { revision: 36 }), 'stale'],
    ['refused the live one', rejecting('a', 'no'), 'rejected'],
    [
      'refused one before, and runs the live one',
      instance('a', { rejected: { revision: 36, reason: 'no' } }),
      'live',
    ],
    ['refused one before, and has not caught up', rejecting('a', 'no', 36), 'stale'],
    ['has said nothing', instance('a', { revision: null }), 'waiting'],
    [
      'refused the first it saw',
      instance('a', { revision: null, rejected: { revision: 37, reason: 'no' } }),
      'rejected',
    ],
    ['is lost, whatever it ran', instance('a', { lifecycle: 'lost' }), 'lost'],
  ])('of an instance that %s', (_what, one, stand) => {
    expect(standOf(one, 37)).toBe(stand);
  });

  it('takes nothing for live while nothing was released', () => {
    expect(standOf(instance('a', { revision: null }), null)).toBe('waiting');
    expect(standOf(instance('a'), null)).toBe('stale');
  });
});

it('counts every instance once, and the lost ones not among those that should run', () => {
  const instances = [
    ...Array.from({ length: 12 }, (_, n) => instance(`live-${n}`)),
    instance('stale', { revision: 35 }),
    rejecting('rejected', 'pool is too large'),
    instance('starting', { revision: null }),
    instance('lost', { lifecycle: 'lost', revision: 20 }),
  ];
  const running = foldRunning(instances, 37);
  expect(running.total).toBe(15);
  expect(running.live).toHaveLength(12);
  expect(running.stale.map(({ id }) => id)).toEqual(['stale']);
  expect(running.rejected.map(({ id }) => id)).toEqual(['rejected']);
  expect(running.waiting.map(({ id }) => id)).toEqual(['starting']);
  expect(running.lost.map(({ id }) => id)).toEqual(['lost']);
});

it('names each reason once, the most frequent first', () => {
  expect(
    rejectionReasons([rejecting('a', 'rare'), rejecting('b', 'often'), rejecting('c', 'often')]),
  ).toEqual(['often', 'rare']);
});

it.each([
  [{}, ''],
  [{ '7': 12 }, 'r7'],
  [{ '7': 12, '6': 2 }, 'r6 and r7'],
  [{ '10': 1, '9': 3, '2': 1 }, 'r2 to r10'],
  [{ '7': 12, '6': 0 }, 'r7'],
])('says of %j: %s', (revisions, words) => {
  expect(describeRevisions(revisions)).toBe(words);
});
