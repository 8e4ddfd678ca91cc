import type { FastifyCommands } from './baselines/fastify-server.ts';
import { type BenchOptions, measured } from './bench-options.ts';
import {
  compareCosts,
  compareRates,
  type Finding,
  measureRate,
  printFindings,
  type Rate,
} from './figures.ts';
import { loadHttp } from './http-load.ts';
import { startPlane } from './plane.ts';
import { startProgram } from './program.ts';
import { PublishedService, twoKilobytes } from './rest-client.ts';

const ROUNDS = 7;
const ROUND_MS = 2_500;
const CONNECTIONS = 32;
const PUBLISHES = 50;
const GOAL = 0.7;

/** How fast the effective config is read, against bare Fastify answering the same bytes. */
export async function benchRead(options: BenchOptions): Promise<void> {
  const plane = await startPlane();
  const fastify = await startProgram<FastifyCommands>('./baselines/fastify-server.ts');
  try {
    const api = await plane.startApi();
    const service = await PublishedService.register(api.rest, 'read');
    await service.publish(twoKilobytes(0));
    const path = '/services/read/environments/prod/config';
    const { body, etag = '' } = await api.rest.get(path);
    const text = JSON.stringify(body);
    const barePort = await fastify.call('listen', { body: text, etag });
    const load = { path: `/api/v1${path}`, token: plane.token, connections: CONNECTIONS };
    const ours: Rate[] = [];
    const bare: Rate[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const rates = [
        await measureRate(api.pid, () => loadHttp({ ...load, port: api.port, durationMs: ROUND_MS })),
        await measureRate(fastify.pid, () => loadHttp({ ...load, port: barePort, durationMs: ROUND_MS })),
      ] as const;
      // The first round warms both up.
      if (round < 0) continue;
      ours.push(rates[0]);
      bare.push(rates[1]);
    }
    if (options.isProfiled)
      await measured(options, 'read', api, () => loadHttp({ ...load, port: api.port, durationMs: ROUND_MS }));
    const reading = loadHttp({ ...load, port: api.port, durationMs: ROUND_MS });
    const stale = await countStale(service, path, api.rest);
    await reading;
    const what = `GET …/config, ${Buffer.byteLength(text)} bytes, ${CONNECTIONS} connections`;
    printFindings('read', [
      compareRates(what, ours, bare, GOAL),
      compareCosts('  processor time of each', ours, bare),
      staleness(stale),
    ]);
  } finally {
    await fastify.stop();
    await plane.stop();
  }
}

/** While it is read under load: what is read right after a publish was acknowledged must be what was published. */
async function countStale(
  service: PublishedService,
  path: string,
  rest: { get<Body>(path: string): Promise<{ body: Body }> },
): Promise<number> {
  let stale = 0;
  for (let number = 1; number <= PUBLISHES; number++) {
    const revision = await service.publish(twoKilobytes(number));
    const { body } = await rest.get<{ revision: number }>(path);
    if (body.revision < revision) stale += 1;
  }
  return stale;
}

function staleness(stale: number): Finding {
  const what = `stale reads right after ${PUBLISHES} publishes`;
  return { what, ours: String(stale), baseline: '', ratio: '', goal: '0', isMet: stale === 0 };
}
