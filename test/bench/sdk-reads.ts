import { type Config, type Json, type JsonObject } from '@binnacle/agent';
import { createTestAgent } from '@binnacle/agent/testing';
import { z } from 'zod';
import { type Finding, median, printFindings } from './figures.ts';

const ROUNDS = 9;
const READS = 1_000_000;
/** Over what the walk alone costs: layers are merged when they change, never when they are read. */
const GOAL = 1;
const KEYS = 5_000;

/** What one read of the SDK costs the service, over all five layers and a configuration of 5,000 keys. */
export async function benchSdkReads(): Promise<void> {
  const many = Object.fromEntries(Array.from({ length: KEYS }, (_, index) => [`key${index}`, index]));
  const agent = createTestAgent({
    defaults: { pool: { max: 1, min: 0 }, many },
    environmentVariables: { prefix: 'APP_', variables: { APP_POOL__MIN: '2' } },
    commandLine: ['--set', 'mode=safe'],
    config: { pool: { max: 5 } },
  });
  const { config } = agent;
  const pool = z.object({ max: z.number(), min: z.number() });
  const { content } = config.snapshot();
  const walk = () => walkTo(content, 'pool.max');
  const findings: Finding[] = [
    finding('get("pool.max", 10)', () => config.get('pool.max', 10), walk),
    finding('get("pool.min", 10), set by a variable', () => config.get('pool.min', 10), walk),
    finding('snapshot().get("pool.max", 10)', () => config.snapshot().get('pool.max', 10), walk),
    finding('read("pool", schema)', () => config.read('pool', pool)?.max ?? 0, walk),
    { ...finding('explain("pool.max")', () => sizeOf(config), walk), goal: '', isMet: undefined },
  ];
  const startedMs = performance.now();
  for (let revision = 0; revision < 20; revision++) agent.set('pool.max', revision);
  const eachMs = (performance.now() - startedMs) / 20;
  const what = `applying a revision over ${KEYS} keys`;
  findings.push({
    what,
    ours: `${eachMs.toFixed(1)} ms`,
    baseline: '',
    ratio: '',
    goal: '',
    isMet: undefined,
  });
  await agent.close();
  printFindings('sdk, one read of the configuration', findings);
}

function finding(what: string, read: () => number, walk: () => number): Finding {
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const costs = [costNsOf(read), costNsOf(walk)] as const;
    // The first round warms up.
    if (round < 0) continue;
    ours.push(costs[0]);
    baseline.push(costs[1]);
  }
  // Of each round, as whatever else the machine does differs from round to round.
  const ratio = median(ours.map((costNs, round) => costNs / (baseline[round] ?? Number.NaN)));
  return {
    what,
    ours: `${median(ours).toFixed(0)} ns`,
    baseline: `${median(baseline).toFixed(0)} ns`,
    ratio: ratio.toFixed(2),
    goal: `≤ ${GOAL}`,
    isMet: ratio <= GOAL,
  };
}

function costNsOf(read: () => number): number {
  let sum = 0;
  const startedMs = performance.now();
  for (let count = 0; count < READS; count++) sum += read();
  const costNs = ((performance.now() - startedMs) * 1e6) / READS;
  if (Number.isNaN(sum)) throw new Error('what is read must be a number');
  return costNs;
}

/** A key taken apart and followed, with nothing around it: how the SDK read before it had layers, without its checks. */
function walkTo(content: Json, key: string): number {
  let value: Json | undefined = content;
  for (const segment of key.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return 0;
    value = (value as JsonObject)[segment];
  }
  return Number(value);
}

function sizeOf(config: Config): number {
  const hides: readonly { readonly value: Json | object }[] = config.explain('pool.max')?.hides ?? [];
  return hides.length;
}
