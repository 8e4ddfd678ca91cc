import { PlainPublisher } from './baselines/plain-publisher.ts';
import { type BenchOptions, measured } from './bench-options.ts';
import { compareCosts, compareRates, measureRate, printFindings, type Rate } from './figures.ts';
import { type Api, startPlane } from './plane.ts';
import { monotonicMs } from './program.ts';
import { PublishedService, twoKilobytes } from './rest-client.ts';

const ROUNDS = 7;
const ROUND_MS = 2_500;
const WRITERS = 16;
const GOAL = 0.5;

/** How many publishes are acknowledged a second, against plain transactions that write the same rows. */
export async function benchPublish(options: BenchOptions): Promise<void> {
  const plane = await startPlane();
  const plain = new PlainPublisher(plane.databaseUrl, WRITERS);
  try {
    const api = await plane.startApi();
    const ours = await registerAll(api, 'ours');
    const raw = await registerAll(api, 'raw');
    const publishOurs = (writer: number, number: number) =>
      ours[writer]?.publish(twoKilobytes(number)) ?? Promise.resolve();
    const publishRaw = (writer: number, number: number) =>
      plain.publish(raw[writer]?.name ?? '', twoKilobytes(number));
    const findings = [];
    for (const writers of [1, WRITERS]) {
      const rates: { ours: Rate[]; raw: Rate[] } = { ours: [], raw: [] };
      for (let round = -1; round < ROUNDS; round++) {
        const pair = [
          await measureRate(api.pid, () => rateOf(writers, publishOurs)),
          await measureRate(process.pid, () => rateOf(writers, publishRaw)),
        ] as const;
        // The first round warms both up.
        if (round < 0) continue;
        rates.ours.push(pair[0]);
        rates.raw.push(pair[1]);
      }
      const what = writers === 1 ? 'publishes to one service' : `publishes to ${writers} services at once`;
      findings.push(
        compareRates(what, rates.ours, rates.raw, GOAL),
        compareCosts('  processor time of each', rates.ours, rates.raw),
      );
      if (options.isProfiled)
        await measured(options, `publish-${writers}`, api, () => rateOf(writers, publishOurs));
    }
    printFindings('publish', findings);
  } finally {
    await plain.close();
    await plane.stop();
  }
}

/** Registered, and with a first version, so that both sides only ever add the next. */
async function registerAll(api: Api, prefix: string): Promise<PublishedService[]> {
  return Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const service = await PublishedService.register(api.rest, `${prefix}-${writer}`);
      await service.publish(twoKilobytes(0));
      return service;
    }),
  );
}

const sequence = { next: 1 };

/** Each writer waits for the acknowledgement before it publishes again. */
async function rateOf(
  writers: number,
  publish: (writer: number, number: number) => Promise<unknown>,
): Promise<number> {
  const startedAtMs = monotonicMs();
  let acknowledged = 0;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      while (monotonicMs() - startedAtMs < ROUND_MS) {
        await publish(writer, sequence.next++);
        acknowledged += 1;
      }
    }),
  );
  return (acknowledged / (monotonicMs() - startedAtMs)) * 1000;
}
