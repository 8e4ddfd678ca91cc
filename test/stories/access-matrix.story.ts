import { randomBytes, randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTE_NEEDS, SOCKET_NEEDS } from '@binnacle/contracts';
import {
  bearer,
  type Caller,
  EXTRAS,
  plantPerson,
  plantToken,
  ROLES,
  type Scope,
  withCsrfToken,
} from '../harness/access/callers.js';
import {
  EXPECTED_ACCESS,
  EXPECTED_SOCKETS,
  type ExpectedSockets,
  expectedTopics,
  isExpected,
} from '../harness/access/expected-access.js';
import { foreignProbes, ownProbes, type Probe } from '../harness/access/probes.js';
import { fingerprint, plantTenant, type Tenant } from '../harness/access/tenant.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const OWN_WORKSPACE = 'default';
const AT_ONCE = 12;
/** Nobody here guesses or floods: limits have stories of their own. */
const WITHOUT_LIMITS = {
  BINNACLE_RATE_PER_ADDRESS: '0',
  BINNACLE_RATE_PER_TOKEN: '0',
  BINNACLE_RATE_PER_ACCOUNT: '0',
  BINNACLE_FAILURES_PER_ADDRESS: '0',
};

let plane: Plane;
let own: Tenant;
let other: Tenant;
let valid: Caller[];
let refused: Caller[];
let covered = 0;

beforeAll(async () => {
  plane = await startPlane({ environment: WITHOUT_LIMITS });
  own = await plantTenant(plane, OWN_WORKSPACE, { name: 'kingfisher', marker: 'ouzel' });
  other = await plantTenant(plane, randomUUID(), { name: 'zebrafish', marker: 'nightjar' });
  [valid, refused] = await Promise.all([plantValid(), plantRefused()]);
});
afterAll(async () => {
  process.stdout.write(`access matrix: ${covered} combinations covered\n`);
  await plane.stop();
});

/** Every role, alone and with each extra permission, in all of the workspace and in parts of it; and people. */
async function plantValid(): Promise<Caller[]> {
  const { database } = plane;
  const scopes: Scope[] = [
    {},
    { services: [own.service, own.shelf] },
    { services: ['elsewhere'] },
    { environments: [own.environment] },
    { environments: ['elsewhere'] },
  ];
  const workspaceId = OWN_WORKSPACE;
  const tokens = scopes.flatMap((scope) => [
    ...ROLES.map((role) => plantToken(database, { workspaceId, role, scope })),
    ...EXTRAS.map((permission) => plantToken(database, { workspaceId, role: 'viewer', scope, permission })),
  ]);
  const person = (label: string, fields: Omit<Parameters<typeof plantPerson>[1], 'label'>) =>
    plantPerson(database, { label, ...fields });
  const people = [
    ...(['viewer', 'editor', 'publisher', 'admin'] as const).flatMap((role) => [
      person(role, { workspaceId, grants: [{ role }] }),
      person(`${role} of a service`, { workspaceId, grants: [{ role, scope: { services: [own.service] } }] }),
    ]),
    person('viewer who publishes in one place', {
      workspaceId,
      grants: [
        { role: 'viewer' },
        { role: 'publisher', scope: { services: [own.service], environments: [own.environment] } },
      ],
    }),
    person('operator', { workspaceId: null, grants: [], isOperator: true }),
  ];
  const url = plane.api(0).url;
  const installation: Caller = {
    name: 'admin token of the installation',
    held: [{ letters: 'AKO', services: [], environments: [] }],
    headers: bearer(plane.adminToken),
    token: plane.adminToken,
  };
  return [
    installation,
    ...(await Promise.all(tokens)),
    ...(await Promise.all(people.map(async (planted) => withCsrfToken(await planted, url)))),
  ];
}

async function plantRefused(): Promise<Caller[]> {
  const { database } = plane;
  const archived = randomUUID();
  await database.query('insert into workspaces (id, name, archived_at) values ($1, $2, now())', [
    archived,
    'archived',
  ]);
  const workspaceId = OWN_WORKSPACE;
  const over = await Promise.all([
    ...(['expired', 'revoked'] as const).flatMap((state) =>
      ROLES.map((role) => plantToken(database, { workspaceId, role, state })),
    ),
    plantToken(database, { workspaceId: archived, role: 'admin' }),
    plantPerson(database, { workspaceId, grants: [{ role: 'admin' }], label: 'late', state: 'expired' }),
  ]);
  const raw = (name: string, headers: Record<string, string>, token?: string): Caller => ({
    name,
    held: [],
    headers,
    token,
  });
  const unknown = `bnk_${randomBytes(32).toString('base64url')}`;
  const some = `${valid?.[1]?.token ?? unknown}x`;
  return [
    ...over.map((caller) => ({ ...caller, held: [] })),
    raw('missing', {}),
    raw('unknown', bearer(unknown), unknown),
    raw('one character more', bearer(some), some),
    raw('malformed', bearer('../../etc/passwd'), '../../etc/passwd'),
    raw('empty', { authorization: 'Bearer ' }, ''),
    raw('another scheme', { authorization: `Basic ${plane.adminToken}` }),
    raw('a cookie of nobody', { cookie: '__Host-binnacle=bns_nobody' }),
  ];
}

/** What went otherwise than it should have. */
async function send(
  caller: Caller,
  probe: Probe,
  expectation: (status: number) => boolean,
): Promise<string[]> {
  covered += 1;
  const { method, path, body, hidden } = probe;
  const answer = await fetch(`${plane.api(0).url}/api/v1${path}`, {
    method,
    headers: {
      ...caller.headers,
      'if-match': '*',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  const what = `${caller.name}: ${method} ${path} → ${answer.status}`;
  return [
    ...(expectation(answer.status) && answer.status < 500 ? [] : [`${what} ${text.slice(0, 200)}`]),
    ...hidden.filter((word) => text.includes(word)).map((word) => `${what} shows ${word}`),
  ];
}

/** Callers side by side, and the requests of each in their order. */
async function all(
  callers: readonly Caller[],
  probes: readonly Probe[],
  expectation: (caller: Caller, probe: Probe) => (status: number) => boolean,
): Promise<string[]> {
  const waiting = [...callers];
  const wrong: string[] = [];
  const work = async () => {
    for (let caller = waiting.shift(); caller !== undefined; caller = waiting.shift())
      for (const probe of probes) wrong.push(...(await send(caller, probe, expectation(caller, probe))));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

const isServed = (status: number) => status !== 401 && status !== 403;
const byExpectation = ({ held }: Caller, { expected, touched, isForeign }: Probe) => {
  if (!isExpected(held, expected, touched)) return (status: number) => status === 403;
  return isForeign ? (status: number) => status === 404 : isServed;
};

describe('the access table', () => {
  it('says what is expected of it', () => {
    const expected = Object.entries(EXPECTED_ACCESS).flatMap(([need, { routes }]) =>
      routes.map((route) => [route, need] as const),
    );
    expect(ROUTE_NEEDS).toEqual(Object.fromEntries(expected));
    const namespaces = Object.entries(SOCKET_NEEDS).map(([name, { events }]) => [name, Object.keys(events)]);
    const wanted = Object.entries(EXPECTED_SOCKETS).map(([name, { events }]) => [name, Object.keys(events)]);
    expect(namespaces).toEqual(wanted);
  });
});

// First: what is tried on the routes also ends the sessions of who tries.
describe('every event of a socket', () => {
  it('is for who may connect, and in his own workspace', async () => {
    const wrong: string[] = [];
    for (const [namespace, expected] of Object.entries(EXPECTED_SOCKETS)) {
      const callers = [...valid, ...refused].filter(
        ({ token }) => token !== undefined || expected.takesSessions,
      );
      for (const tenant of [own, other]) {
        const waiting = [...callers];
        const work = async () => {
          for (let caller = waiting.shift(); caller !== undefined; caller = waiting.shift())
            wrong.push(...(await connect(caller, namespace, expected, tenant)));
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('every route', () => {
  it('lets in who may, refuses who may not, and shows nobody another workspace', async () => {
    const before = await fingerprint(plane, other.workspaceId);
    const probes = [...foreignProbes(other), ...ownProbes(own, other)];
    expect(await all(valid, probes, byExpectation)).toEqual([]);
    expect(await fingerprint(plane, other.workspaceId)).toEqual(before);
  });

  it('hides this workspace as well from an administrator of the other one', async () => {
    expect(await all([other.admin], foreignProbes(own), byExpectation)).toEqual([]);
  });

  it('refuses a query field that it does not know', async () => {
    const [installation] = valid;
    if (installation === undefined) throw new Error('nobody was planted');
    const probes = ownProbes(own, other)
      .filter(({ expected, touched }) => isExpected(installation.held, expected, touched))
      .map((probe) => ({ ...probe, path: `${probe.path}${probe.path.includes('?') ? '&' : '?'}made-up=1` }));
    expect(await all([installation], probes, () => (status) => status === 400)).toEqual([]);
  });

  it('asks who it is of everybody whose credential is missing or over', async () => {
    const probes = ownProbes(own, other);
    const reads = probes.filter(({ method }) => method === 'GET');
    const isAsked = (_caller: Caller, { expected }: Probe) =>
      expected.who === '*' ? isServed : (status: number) => status === 401;
    expect(await all(refused, probes, isAsked)).toEqual([]);
    const heads = reads.map((probe) => ({ ...probe, method: 'HEAD' }));
    const missing = refused.filter(({ name }) => name === 'missing');
    expect(await all(missing, heads, isAsked)).toEqual([]);
  });
});

async function connect(
  caller: Caller,
  namespace: string,
  { who, kind, isOfPair, takesSessions, events }: ExpectedSockets,
  tenant: Tenant,
): Promise<string[]> {
  covered += 1;
  const { service, environment } = tenant;
  const { cookie } = caller.headers;
  const socket = io(`${plane.api(0).url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...(takesSessions && cookie !== undefined ? { extraHeaders: { cookie } } : {}),
    auth: {
      token: caller.token,
      ...(isOfPair ? { service, environment, have: null } : {}),
      instance: { id: randomUUID(), host: 'story', version: '1', sdk: 'story' },
    },
  });
  const wrong: string[] = [];
  const shown: unknown[] = [];
  socket.onAny((_event: string, message: unknown) => shown.push(message));
  const outcome = await new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error: Error & { data?: { code: string } }) =>
      resolve(error.data?.code ?? error.message),
    );
  });
  const isKnown = caller.held.length > 0;
  const touched = isOfPair ? { service, environment } : {};
  const found = tenant === own || !isOfPair ? 'connected' : 'not_found';
  // What is empty is no token at all.
  const unknown = caller.token === '' ? 'invalid_request' : 'unauthenticated';
  const expected = isKnown
    ? isExpected(caller.held, { who, kind }, touched)
      ? found
      : 'forbidden'
    : unknown;
  if (outcome !== expected)
    wrong.push(`${caller.name}: ${namespace} of ${service}: ${outcome}, not ${expected}`);
  if (outcome === 'connected') {
    for (const event of [...Object.keys(events), 'made-up']) {
      covered += 1;
      const answer = (await socket.timeout(10_000).emitWithAck(event, {})) as { error?: { code: string } };
      const maySend = isExpected(caller.held, { who: events[event] ?? '', kind: 'look' }, {});
      const wanted = event === 'made-up' ? 'not_found' : maySend ? 'invalid_request' : 'forbidden';
      if (answer.error?.code !== wanted)
        wrong.push(`${caller.name}: ${event} was answered with ${JSON.stringify(answer)}`);
    }
    if (!isOfPair) wrong.push(...(await watchAndEdit(socket, caller, tenant)));
  }
  socket.disconnect();
  if (JSON.stringify(shown).includes(other.marker)) wrong.push(`${caller.name}: was sent another's data`);
  return wrong;
}

/** Every topic, and a document, of a tenant that may be another one. */
async function watchAndEdit(socket: Socket, { name, held }: Caller, tenant: Tenant): Promise<string[]> {
  const { service, environment } = tenant;
  const topics = expectedTopics(tenant);
  covered += topics.length + 2;
  const answered = (await socket
    .timeout(10_000)
    .emitWithAck('watch', { topics: topics.map(({ topic }) => topic) })) as {
    refused: readonly { topic: string; code: string; detail: string }[];
  };
  const wrong = topics.flatMap(({ topic, who, touched }) => {
    const isThere = tenant === own || (touched.service ?? touched.environment) === undefined;
    const wanted = isExpected(held, { who, kind: 'look' }, touched)
      ? isThere
        ? undefined
        : 'not_found'
      : 'forbidden';
    const code = answered.refused.find((each) => each.topic === topic)?.code;
    return code === wanted ? [] : [`${name}: ${topic} was ${code ?? 'watched'}, not ${wanted ?? 'watched'}`];
  });
  for (const layer of ['base', environment]) {
    const answer = (await socket
      .timeout(10_000)
      .emitWithAck('editing', { service, layer, isEditing: true })) as {
      error?: { code: string };
    };
    const touched = { service, environment: layer === 'base' ? undefined : layer };
    const mayEdit = isExpected(held, { who: 'EPA', kind: 'act' }, touched);
    const wanted = mayEdit ? (tenant === own ? undefined : 'not_found') : 'forbidden';
    if (answer.error?.code !== wanted)
      wrong.push(
        `${name}: editing ${service}/${layer}: ${answer.error?.code ?? 'done'}, not ${wanted ?? 'done'}`,
      );
  }
  if (tenant === other && JSON.stringify(answered).includes(other.marker))
    wrong.push(`${name}: was told another's data`);
  return wrong;
}
