import {
  countedAs,
  countInstances,
  type InstanceState,
  type Lifecycle,
  LIFECYCLES,
  type Status,
  STATUSES,
} from '@binnacle/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Pair } from '../pair.js';
import { openRedis } from '../redis.js';
import { DEFAULT_SWEEP_OPTIONS, HealthStore } from './health-store.js';
import type { InstanceReport } from './instance-report.js';

const redis = openRedis({
  url: `${inject('redisUrl')}/4`,
  commandTimeoutMs: 5_000,
  connectionName: 'health-properties-spec',
  onError: (error) => {
    throw error;
  },
});
const pair: Pair = { workspaceId: 'w1', service: 'checkout', environment: 'prod' };
const NEVER = 1e9;

beforeAll(() => new Promise<void>((resolve) => redis.once('ready', () => resolve())));
afterAll(async () => {
  await redis.quit();
});

type Reported = { kind: 'report'; id: string; lifecycle: Lifecycle; status: Status; revision: number | null };
type Step = { kind: 'batch'; reports: Reported[] } | { kind: 'unknown' | 'lost' | 'forget' | 'flush' };

const reported: fc.Arbitrary<Reported> = fc.record({
  kind: fc.constant('report'),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  lifecycle: fc.constantFrom(...LIFECYCLES),
  status: fc.constantFrom(...STATUSES),
  revision: fc.option(fc.integer({ min: 1, max: 3 })),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('batch'), reports: fc.array(reported, { maxLength: 6 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('unknown', 'lost', 'forget', 'flush') }) },
);

/** What the instances are, kept in the plainest way. */
class Model {
  readonly instances = new Map<
    string,
    { lifecycle: Lifecycle; state: InstanceState | null; revision: number | null }
  >();

  report({ id, lifecycle, status, revision }: Reported): void {
    this.instances.set(id, { lifecycle, state: countedAs(lifecycle, status), revision });
  }

  /** Everybody falls silent for long enough to be unknown, lost or forgotten. */
  silence(kind: 'unknown' | 'lost' | 'forget'): void {
    for (const [id, instance] of this.instances) {
      if (kind === 'forget') this.instances.delete(id);
      else if (instance.state === null) continue;
      else if (instance.lifecycle === 'draining') instance.state = kind === 'lost' ? null : 'draining';
      else if (kind === 'lost') instance.state = 'lost';
      else if (instance.state !== 'lost') instance.state = 'unknown';
    }
  }

  revisions(): Record<string, number> {
    const revisions: Record<string, number> = {};
    for (const { state, revision } of this.instances.values()) {
      if (state === null || state === 'lost' || revision === null) continue;
      revisions[revision] = (revisions[revision] ?? 0) + 1;
    }
    return revisions;
  }
}

function toReport({ id, lifecycle, status, revision }: Reported, seq: number): InstanceReport {
  const instance = { id, host: 'h', version: '1', sdk: 's' };
  const have = revision === null ? null : { epoch: 'e', revision, hash: 'h' };
  return { instance, lifecycle, status, seq, checks: [], have };
}

const AFTER = {
  unknown: { unknownAfterMs: 0, lostAfterMs: NEVER, forgetAfterMs: NEVER, forgetStoppedAfterMs: NEVER },
  lost: { unknownAfterMs: 0, lostAfterMs: 0, forgetAfterMs: NEVER, forgetStoppedAfterMs: NEVER },
  forget: { unknownAfterMs: 0, lostAfterMs: 0, forgetAfterMs: 0, forgetStoppedAfterMs: 0 },
};

test('the counts are those of the instances, after any reports and sweeps in any order', async () => {
  const store = new HealthStore(redis);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await redis.flushdb();
      const model = new Model();
      let seq = 0;
      for (const { kind, ...rest } of steps) {
        if (kind === 'batch') {
          const { reports } = rest as { reports: Reported[] };
          await store.report(
            pair,
            reports.map((each) => toReport(each, seq++)),
          );
          for (const each of reports) model.report(each);
        } else if (kind === 'flush') {
          await redis.flushdb();
          model.instances.clear();
        } else {
          await store.sweep(pair, { ...DEFAULT_SWEEP_OPTIONS, ...AFTER[kind] });
          model.silence(kind);
        }
        const { counts, revisions } = await store.serviceHealth(pair);
        expect(counts).toEqual(countInstances([...model.instances.values()].map(({ state }) => state)));
        expect(revisions).toEqual(model.revisions());
        const listed = await store.instances(pair, { limit: 10 });
        expect(listed.items.map(({ id }) => id)).toEqual([...model.instances.keys()].toSorted());
      }
    }),
    { numRuns: 150 },
  );
});
