import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ProcessWatch } from '../harness/process-watch.ts';
import { type PlainRevision, PlainSharedPublisher } from './baselines/plain-shared-publisher.ts';
import { type BenchOptions, measured } from './bench-options.ts';
import { type Finding, median, milliseconds, printFindings } from './figures.ts';
import { type Api, startPlane } from './plane.ts';
import { type RestClient, twoKilobytes } from './rest-client.ts';

const DEPENDENTS = 500;
const ENVIRONMENTS = ['dev', 'staging', 'prod'];
const ROUNDS = 7;
const REGISTRATIONS_AT_ONCE = 8;
const STALL_GOAL_MS = 50;
const COST_GOAL = 3;
const FIRST_LOAD_GOAL_KB = 250;
/** Just under the limit of a document as canonical JSON. */
const LARGE_BYTES = 1_040_000;
const CONSOLE = fileURLToPath(new URL('../../apps/console/dist/', import.meta.url));

/** Large documents, shared services with many dependents, and what a browser loads first. */
export async function benchConfig(options: BenchOptions): Promise<void> {
  const findings = [...(await largePublishes(options)), ...(await sharedPublishes(options)), ...firstLoad()];
  printFindings('config', findings);
}

/** How long publishing 1 MiB blocks the event loop of the API at most. */
async function largePublishes(options: BenchOptions): Promise<Finding[]> {
  const watch = new ProcessWatch();
  const plane = await startPlane();
  try {
    const api = await plane.startApi(watch.environment);
    const findings: Finding[] = [];
    for (const [name, contentOf] of [
      ['as text', (number: number) => JSON.stringify(largeContent(number))],
      ['as an object', largeContent],
    ] as const) {
      const service = name.replaceAll(' ', '-');
      await api.rest.post('/services', { name: service });
      let etag = await publish(api.rest, service, contentOf(0), undefined);
      const stalls: number[] = [];
      const times: number[] = [];
      await measured(options, `config-${service}`, api, async () => {
        for (let round = 1; round <= ROUNDS; round++) {
          watch.begin();
          const startedAtMs = performance.now();
          etag = await publish(api.rest, service, contentOf(round), etag);
          times.push(performance.now() - startedAtMs);
          stalls.push(watch.blockedMs);
        }
      });
      findings.push(
        {
          what: `1 MiB ${name}: the event loop is blocked`,
          ours: shortest(Math.max(...stalls)),
          baseline: '',
          ratio: '',
          goal: `≤ ${STALL_GOAL_MS} ms`,
          isMet: Math.max(...stalls) <= STALL_GOAL_MS,
        },
        {
          what: '  until it is acknowledged',
          ours: milliseconds(median(times)),
          baseline: '',
          ratio: '',
          goal: '',
          isMet: undefined,
        },
      );
    }
    return findings;
  } finally {
    await plane.stop();
    watch.dispose();
  }
}

/** What is not worth telling, the monitor calls 0. */
function shortest(stallMs: number): string {
  return stallMs === 0 ? '< 30 ms' : milliseconds(stallMs);
}

/** Publishing a shared service that 500 services include, against the same rows in plain statements. */
async function sharedPublishes(options: BenchOptions): Promise<Finding[]> {
  const plane = await startPlane();
  const plain = new PlainSharedPublisher(plane.databaseUrl);
  try {
    const api = await plane.startApi();
    let etag = await registerFamily(api, 'ours');
    await registerFamily(api, 'raw');
    const ours: number[] = [];
    const raw: number[] = [];
    await measured(options, 'config-shared', api, async () => {
      // The first round warms both up.
      for (let round = 0; round <= ROUNDS; round++) {
        const content = twoKilobytes(round + 1);
        const revisions = revisionsOf('raw', content);
        const startedAtMs = performance.now();
        etag = await publish(api.rest, 'ours-shared', content, etag);
        const publishedAtMs = performance.now();
        await plain.publish('raw-shared', JSON.stringify(content), revisions);
        if (round === 0) continue;
        ours.push(publishedAtMs - startedAtMs);
        raw.push(performance.now() - publishedAtMs);
      }
    });
    const ratio = median(ours.map((time, round) => time / (raw[round] ?? Number.NaN)));
    return [
      {
        what: `publish of a shared service with ${DEPENDENTS} dependents`,
        ours: milliseconds(median(ours)),
        baseline: milliseconds(median(raw)),
        ratio: ratio.toFixed(2),
        goal: `≤ ${COST_GOAL}`,
        isMet: ratio <= COST_GOAL,
      },
    ];
  } finally {
    await plain.close();
    await plane.stop();
  }
}

/** A shared service and those that include it, each with a document of its own. Resolves with the ETag of the first. */
async function registerFamily(api: Api, prefix: string): Promise<string | undefined> {
  const shared = `${prefix}-shared`;
  await api.rest.post('/services', { name: shared, kind: 'shared' });
  const numbers = Array.from({ length: DEPENDENTS }, (_, number) => number);
  await Promise.all(
    Array.from({ length: REGISTRATIONS_AT_ONCE }, async (_, first) => {
      for (let number = first; number < numbers.length; number += REGISTRATIONS_AT_ONCE) {
        const name = `${prefix}-${number}`;
        await api.rest.post('/services', { name, includes: [shared] });
        await publish(api.rest, name, { name }, undefined);
      }
    }),
  );
  return publish(api.rest, shared, twoKilobytes(0), undefined);
}

function revisionsOf(prefix: string, content: object): PlainRevision[] {
  return Array.from({ length: DEPENDENTS }, (_, number) => `${prefix}-${number}`).flatMap((service) => {
    const text = JSON.stringify({ ...content, name: service });
    return ENVIRONMENTS.map((environment) => ({ service, environment, content: text }));
  });
}

async function publish(
  rest: RestClient,
  service: string,
  content: unknown,
  etag: string | undefined,
): Promise<string | undefined> {
  const answer = await rest.post(
    `/services/${service}/documents/base/versions`,
    { content, message: 'benchmark', confirm: true },
    etag === undefined ? {} : { 'if-match': etag },
  );
  return answer.etag;
}

/** Of usual shape, about 1 MiB, another for each number in all its values. */
function largeContent(number: number): Record<string, unknown> {
  const section = (index: number) => ({
    url: `https://upstream-${index}.example.com/${number}`,
    hosts: Array.from({ length: 4 }, (_, host) => `host-${host}.zone-${(index + number) % 7}.example.com`),
    timeoutMs: 1_500 + ((index + number) % 900),
    note: `${number} `.repeat(200).slice(0, 380),
  });
  const bytesOfSection = JSON.stringify(section(1)).length + 16;
  const sections = Math.floor(LARGE_BYTES / bytesOfSection);
  return Object.fromEntries(
    Array.from({ length: sections }, (_, index) => [`upstream-${index}`, section(index)]),
  );
}

/** Scripts and styles that the page itself names, as a server sends them. */
function firstLoad(): Finding[] {
  const page = `${CONSOLE}index.html`;
  if (!existsSync(page)) return [];
  const html = readFileSync(page, 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, path]) => path ?? '',
  );
  const files = [page, ...named.map((path) => `${CONSOLE}${path}`)];
  const kilobytes =
    files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / 1_000;
  return [
    {
      what: `first load of the console, ${named.length} of ${readdirSync(`${CONSOLE}assets`).length} files, in gzip`,
      ours: `${kilobytes.toFixed(0)} kB`,
      baseline: '',
      ratio: '',
      goal: `< ${FIRST_LOAD_GOAL_KB} kB`,
      isMet: kilobytes < FIRST_LOAD_GOAL_KB,
    },
  ];
}
