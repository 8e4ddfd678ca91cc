import { setTimeout as delay } from 'node:timers/promises';
import type { BenchOptions } from './bench-options.ts';
import { Crowd } from './crowd.ts';
import { type Finding, milliseconds, printFindings } from './figures.ts';
import { type HttpLoad, loadHttp } from './http-load.ts';
import { type Api, type Plane, startPlane } from './plane.ts';
import { profileOf, shareOf } from './profile.ts';
import { PublishedService, twoKilobytes } from './rest-client.ts';

/** Where it is decided who sends something and whether he may. */
const ACCESS_FILES = /\/(?:apps\/api|libs\/(?:contracts|store))\/dist\/(?:access|limits)\//;
const ROUND_MS = 4_000;
const SHARE_GOAL = 0.1;
const REVOCATION_GOAL_MS = 5_000;
const AGENTS_EACH = 1_000;
const REPORTERS = 500;
const CONNECTIONS = 32;

/**
 * What authentication, authorization and limits cost: their share of the time that the API process is busy, for requests
 * and for events of sockets. And how soon a revoked token's sockets are closed on two processes.
 */
export async function benchAccess(_options: BenchOptions): Promise<void> {
  const plane = await startPlane();
  const crowd = await Crowd.start(1);
  try {
    const [api, other] = [await plane.startApi(), await plane.startApi()];
    const service = await PublishedService.register(api.rest, 'access');
    await service.publish(twoKilobytes(0));
    const findings = [
      ...(await shareOfRequests(plane, api)),
      await shareOfEvents(plane, api, crowd),
      await revocation('a revoked token’s sockets are closed', api, other, crowd),
    ];
    await plane.stopRedis();
    findings.push(await revocation('the same, with Redis away', api, other, crowd));
    printFindings('access', findings);
  } finally {
    await crowd.stop();
    await plane.stop();
  }
}

async function shareOfRequests(plane: Plane, api: Api): Promise<Finding[]> {
  const narrowed = await createToken(api, { role: 'viewer', services: ['access', 'other'] });
  const config = '/services/access/environments/prod/config';
  const loads: readonly { what: string; path: string; token: HttpLoad['token'] }[] = [
    { what: 'GET …/config, a token', path: config, token: narrowed.token },
    { what: 'GET a service, a token', path: '/services/access', token: narrowed.token },
    {
      what: 'GET a service, a session',
      path: '/services/access',
      token: { header: `cookie: ${await signIn(plane, api)}` },
    },
  ];
  const findings: Finding[] = [];
  for (const { what, path, token } of loads) {
    const load = { path: `/api/v1${path}`, token, port: api.port, connections: CONNECTIONS, pipelined: 1 };
    await loadHttp({ ...load, durationMs: 1_000 });
    const { profile, answer } = await profileOf(api, () => loadHttp({ ...load, durationMs: ROUND_MS }));
    findings.push(
      share(`${what}: ${Math.round(answer).toLocaleString('en')}/s`, shareOf(profile, ACCESS_FILES)),
    );
  }
  return findings;
}

async function shareOfEvents(plane: Plane, api: Api, crowd: Crowd): Promise<Finding> {
  await crowd.connect({ ...targetOf(api), group: 'reporters', count: REPORTERS, token: plane.token });
  await crowd.reportFor('reporters', 1_000);
  const { profile, answer } = await profileOf(api, () => crowd.reportFor('reporters', ROUND_MS));
  await crowd.close('reporters');
  const what = `health reports of ${REPORTERS} agents: ${Math.round(answer).toLocaleString('en')}/s`;
  return share(what, shareOf(profile, ACCESS_FILES));
}

async function revocation(what: string, api: Api, other: Api, crowd: Crowd): Promise<Finding> {
  const { id, token } = await createToken(api, { role: 'agent' });
  const group = `revoked-${id}`;
  for (const each of [api, other])
    await crowd.connect({ ...targetOf(each), group, count: AGENTS_EACH, token });
  await api.rest.delete(`/tokens/${id}`);
  const revokedAtMs = performance.now();
  const deadlineMs = revokedAtMs + 4 * REVOCATION_GOAL_MS;
  while ((await crowd.state(group)).connected > 0 && performance.now() < deadlineMs) await delay(10);
  const tookMs = performance.now() - revokedAtMs;
  await crowd.close(group);
  return {
    what: `${what}, ${2 * AGENTS_EACH} of them on two processes`,
    ours: milliseconds(tookMs),
    baseline: '',
    ratio: '',
    goal: `≤ ${milliseconds(REVOCATION_GOAL_MS)}`,
    isMet: tookMs <= REVOCATION_GOAL_MS,
  };
}

function targetOf(api: Api) {
  return {
    protocol: 'socket.io',
    host: '127.0.0.1',
    port: api.port,
    service: 'access',
    environment: 'prod',
  } as const;
}

async function createToken(api: Api, scope: { role: string; services?: string[] }) {
  for (const name of scope.services ?? []) await ensureService(api, name);
  const { body } = await api.rest.post<{ id: string; token: string }>('/tokens', { name: 'bench', ...scope });
  return body;
}

async function ensureService(api: Api, name: string): Promise<void> {
  if (name !== 'access') await api.rest.post('/services', { name });
}

/** The cookie of a new session, as a request sends it back. */
async function signIn(plane: Plane, api: Api): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${api.port}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(plane.person),
  });
  const [cookie] = answer.headers.getSetCookie();
  if (!answer.ok || cookie === undefined) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return cookie.split(';')[0] ?? '';
}

function share(what: string, value: number): Finding {
  return {
    what,
    ours: `${(value * 100).toFixed(1)} %`,
    baseline: '',
    ratio: '',
    goal: `< ${SHARE_GOAL * 100} %`,
    isMet: value < SHARE_GOAL,
  };
}
