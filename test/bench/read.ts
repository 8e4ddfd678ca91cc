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
import { type HttpLoad, loadHttp } from './http-load.ts';
import { type Api, startPlane } from './plane.ts';
import { type Program, startProgram } from './program.ts';
import { PublishedService, type RestClient, twoKilobytes } from './rest-client.ts';

const ROUNDS = 7;
const ROUND_MS = 2_000;
/** One request at a time on a connection; and as Fastify measures itself. */
const LOADS = [
  { connections: 32, pipelined: 1 },
  { connections: 100, pipelined: 10 },
];
const PUBLISHES = 50;
const GOAL = 0.7;
const PATH = '/services/read/environments/prod/config';

/** How fast the effective config is read, against bare Fastify answering the same bytes. */
export async function benchRead(options: BenchOptions): Promise<void> {
  const plane = await startPlane();
  const fastify = await startProgram<FastifyCommands>('./baselines/fastify-server.ts');
  try {
    const api = await plane.startApi();
    const service = await PublishedService.register(api.rest, 'read');
    await service.publish(twoKilobytes(0));
    const { body, etag = '' } = await api.rest.get(PATH);
    const text = JSON.stringify(body);
    const port = await fastify.call('listen', { body: text, etag });
    const findings: Finding[] = [];
    for (const { connections, pipelined } of LOADS) {
      const load = {
        path: `/api/v1${PATH}`,
        token: plane.token,
        connections,
        pipelined,
        durationMs: ROUND_MS,
      };
      findings.push(...(await compareLoads(api, fastify, load, port)));
      if (options.isProfiled)
        await measured(options, 'read', api, () => loadHttp({ ...load, port: api.port }));
    }
    const load = {
      path: `/api/v1${PATH}`,
      token: plane.token,
      connections: 32,
      pipelined: 1,
      durationMs: ROUND_MS,
    };
    const reading = loadHttp({ ...load, port: api.port });
    findings.push(staleness(await countStale(service, api.rest)));
    await reading;
    printFindings(`read, GET …/config of ${Buffer.byteLength(text)} bytes`, findings);
  } finally {
    await fastify.stop();
    await plane.stop();
  }
}

async function compareLoads(
  api: Api,
  fastify: Program<FastifyCommands>,
  load: Omit<HttpLoad, 'port'>,
  port: number,
): Promise<Finding[]> {
  const ours: Rate[] = [];
  const bare: Rate[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const rates = [
      await measureRate(api.pid, () => loadHttp({ ...load, port: api.port })),
      await measureRate(fastify.pid, () => loadHttp({ ...load, port })),
    ] as const;
    // The first round warms both up.
    if (round < 0) continue;
    ours.push(rates[0]);
    bare.push(rates[1]);
  }
  const what = `${load.connections} connections, ${load.pipelined} under way on each`;
  return [compareRates(what, ours, bare, GOAL), compareCosts('  processor time of each', ours, bare)];
}

/** While it is read under load: what is read right after a publish was acknowledged must be what was published. */
async function countStale(service: PublishedService, rest: RestClient): Promise<number> {
  let stale = 0;
  for (let number = 1; number <= PUBLISHES; number++) {
    const revision = await service.publish(twoKilobytes(number));
    const { body } = await rest.get<{ revision: number }>(PATH);
    if (body.revision < revision) stale += 1;
  }
  return stale;
}

function staleness(stale: number): Finding {
  const what = `stale reads right after ${PUBLISHES} publishes`;
  return { what, ours: String(stale), baseline: '', ratio: '', goal: '0', isMet: stale === 0 };
}
