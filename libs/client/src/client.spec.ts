import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Client, createClient } from './client.js';

interface Received {
  readonly route: string;
  readonly query: Record<string, string[]>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

let server: Server;
let client: Client;
const received: Received[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://plane');
    const body = await text(request);
    const query: Record<string, string[]> = {};
    for (const name of searchParams.keys()) query[name] = searchParams.getAll(name);
    received.push({
      route: `${request.method} ${pathname}`,
      query,
      headers: request.headers,
      body: body === '' ? undefined : JSON.parse(body),
    });
    if (request.method === 'DELETE') response.writeHead(204).end();
    else response.end('{"items":[],"services":[],"nextCursor":null}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createClient({ url: `http://127.0.0.1:${port}/behind/a/proxy`, token: 'secret' });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => received.splice(0));

const place = { service: 'a', environment: 'b', name: 'c' };
const page = { limit: 5, cursor: 'x' };
const CREDENTIALS = { email: 'e', password: 'p' };
const GRANTS = { grants: [{ role: 'viewer' as const }] };

/** Every method once: the route that it is for, the call, and what the request carries beside the path. */
const CALLS: [string, () => Promise<unknown>, Partial<Received>?][] = [
  [
    'GET /services',
    () => client.services.list({ ...page, label: ['k=v', 'l=w'] }),
    { query: { limit: ['5'], cursor: ['x'], label: ['k=v', 'l=w'] } },
  ],
  ['POST /services', () => client.services.register({ name: 'a' }), { body: { name: 'a' } }],
  ['GET /services/{service}', () => client.services.read('a')],
  [
    'PATCH /services/{service}',
    () => client.services.change('a', { owner: null }),
    { body: { owner: null } },
  ],
  ['DELETE /services/{service}', () => client.services.archive('a')],
  ['GET /environments', () => client.environments.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['POST /environments', () => client.environments.create({ name: 'b' }), { body: { name: 'b' } }],
  ['GET /environments/{environment}', () => client.environments.read('b')],
  [
    'PATCH /environments/{environment}',
    () => client.environments.change('b', { position: 1 }),
    { body: { position: 1 } },
  ],
  ['GET /services/{service}/schema', () => client.schemas.read('a')],
  [
    'PUT /services/{service}/schema',
    () => client.schemas.put('a', { type: 'object' }, { force: true }),
    { query: { force: ['true'] }, body: { type: 'object' } },
  ],
  [
    'GET /services/{service}/schema/versions',
    () => client.schemas.versions('a', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  ['GET /services/{service}/schema/versions/{version}', () => client.schemas.readVersion('a', 3)],
  ['GET /services/{service}/documents/{layer}', () => client.documents.read('a', 'base')],
  [
    'GET /services/{service}/documents/{layer}/versions',
    () => client.documents.versions('a', 'base', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'GET /services/{service}/documents/{layer}/versions/{version}',
    () => client.documents.readVersion('a', 'base', 3),
  ],
  [
    'POST /services/{service}/documents/{layer}/versions',
    () => client.documents.publish('a', 'base', { content: {} }),
    { body: { content: {} } },
  ],
  [
    'POST /services/{service}/documents/{layer}/rollback',
    () => client.documents.rollback('a', 'base', { to: 2 }),
    { body: { to: 2 } },
  ],
  [
    'POST /services/{service}/documents/{layer}/validate',
    () => client.documents.validate('a', 'base', { content: {} }),
    { body: { content: {} } },
  ],
  [
    'GET /services/{service}/environments/{environment}/config',
    () => client.configs.explain('a', 'b'),
    { query: { explain: ['true'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/revisions',
    () => client.configs.revisions('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/revisions/{revision}',
    () => client.configs.readRevision('a', 'b', 3),
  ],
  [
    'GET /services/{service}/environments/{environment}/instances',
    () => client.health.instances('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  ['GET /services/{service}/environments/{environment}/health', () => client.health.read('a', 'b')],
  [
    'GET /services/{service}/environments/{environment}/health/transitions',
    () => client.health.transitions('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'GET /overview',
    () => client.health.overview('b', { limit: 5 }),
    { query: { limit: ['5'], environment: ['b'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/breakers',
    () => client.breakers.list('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  ['GET /services/{service}/environments/{environment}/breakers/{name}', () => client.breakers.read(place)],
  [
    'GET /services/{service}/environments/{environment}/secrets',
    () => client.secrets.list('a', 'b', page),
    { query: { limit: ['5'], cursor: ['x'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/secrets/{name}',
    () => client.secrets.read('a', 'b', 'c'),
  ],
  [
    'PUT /services/{service}/environments/{environment}/secrets/{name}',
    () => client.secrets.put('a', 'b', 'c', 'plain'),
    { body: { value: 'plain' } },
  ],
  [
    'DELETE /services/{service}/environments/{environment}/secrets/{name}',
    () => client.secrets.delete('a', 'b', 'c'),
  ],
  [
    'GET /services/{service}/environments/{environment}/secrets/{name}/versions',
    () => client.secrets.versions('a', 'b', 'c', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'POST /services/{service}/environments/{environment}/secrets/{name}/reveal',
    () => client.secrets.reveal('a', 'b', 'c', 3),
    { body: { version: 3 } },
  ],
  [
    'PUT /services/{service}/environments/{environment}/breakers/{name}',
    () => client.breakers.put(place, { policy: { windowSeconds: 5 } }),
    { body: { policy: { windowSeconds: 5 } } },
  ],
  [
    'POST /services/{service}/environments/{environment}/breakers/{name}/force',
    () => client.breakers.force(place, { state: 'disabled', reason: 'r' }),
    { body: { state: 'disabled', reason: 'r' } },
  ],
  [
    'DELETE /services/{service}/environments/{environment}/breakers/{name}/force',
    () => client.breakers.unforce(place),
  ],
  [
    'GET /approvals',
    () => client.approvals.list({ ...page, state: 'pending', environment: 'b' }),
    { query: { limit: ['5'], cursor: ['x'], state: ['pending'], environment: ['b'] } },
  ],
  ['GET /approvals/{id}', () => client.approvals.read('i')],
  [
    'POST /approvals/{id}/approve',
    () => client.approvals.approve('i', { comment: 'c' }),
    { body: { comment: 'c' } },
  ],
  ['POST /approvals/{id}/reject', () => client.approvals.reject('i', 'r'), { body: { reason: 'r' } }],
  ['POST /approvals/{id}/emergency', () => client.approvals.emergency('i', 'r'), { body: { reason: 'r' } }],
  [
    'GET /audit',
    () => client.audit.list({ ...page, action: 'token.' }),
    { query: { limit: ['5'], cursor: ['x'], action: ['token.'] } },
  ],
  [
    'GET /audit/export',
    () => client.audit.export({ action: 'token.' }).next(),
    { query: { action: ['token.'] } },
  ],
  ['GET /tokens', () => client.tokens.list({ limit: 5 }), { query: { limit: ['5'] } }],
  [
    'POST /tokens',
    () => client.tokens.create({ name: 't', role: 'agent' }),
    { body: { name: 't', role: 'agent' } },
  ],
  ['GET /tokens/{id}', () => client.tokens.read('i')],
  ['PATCH /tokens/{id}', () => client.tokens.change('i', { name: 'n' }), { body: { name: 'n' } }],
  [
    'POST /tokens/{id}/rotate',
    () => client.tokens.rotate('i', { overlapSeconds: 60 }),
    { body: { overlapSeconds: 60 } },
  ],
  ['DELETE /tokens/{id}', () => client.tokens.revoke('i')],
  ['GET /session', () => client.session.read()],
  ['POST /session', () => client.session.signIn(CREDENTIALS), { body: CREDENTIALS }],
  ['PATCH /session', () => client.session.chooseWorkspace('w'), { body: { workspace: 'w' } }],
  ['DELETE /session', () => client.session.signOut()],
  [
    'PUT /session/password',
    () => client.session.changePassword({ current: 'c', new: 'n' }),
    { body: { current: 'c', new: 'n' } },
  ],
  ['GET /sessions', () => client.session.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['DELETE /sessions', () => client.session.endOthers()],
  ['DELETE /sessions/{id}', () => client.session.end('i')],
  [
    'POST /password-resets/use',
    () => client.session.usePasswordReset({ token: 't', password: 'p' }),
    { body: { token: 't', password: 'p' } },
  ],
  ['GET /users', () => client.users.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['GET /users/{id}', () => client.users.read('i')],
  ['PATCH /users/{id}', () => client.users.change('i', GRANTS), { body: GRANTS }],
  ['DELETE /users/{id}', () => client.users.remove('i')],
  ['POST /users/{id}/password-reset', () => client.users.resetPassword('i')],
  ['GET /invitations', () => client.invitations.list({ limit: 5 }), { query: { limit: ['5'] } }],
  [
    'POST /invitations',
    () => client.invitations.create({ email: 'e', ...GRANTS }),
    { body: { email: 'e', ...GRANTS } },
  ],
  ['DELETE /invitations/{id}', () => client.invitations.revoke('i')],
  [
    'POST /invitations/accept',
    () => client.invitations.accept({ token: 't', name: 'n', password: 'p' }),
    { body: { token: 't', name: 'n', password: 'p' } },
  ],
  ['GET /workspaces', () => client.workspaces.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['POST /workspaces', () => client.workspaces.create({ name: 'w' }), { body: { name: 'w' } }],
  ['GET /workspaces/{id}', () => client.workspaces.read('i')],
  ['PATCH /workspaces/{id}', () => client.workspaces.rename('i', { name: 'w' }), { body: { name: 'w' } }],
  ['POST /workspaces/{id}/archive', () => client.workspaces.archive('i')],
  ['POST /workspaces/{id}/leave', () => client.workspaces.leave('i')],
];

const VALUES: Record<string, string> = {
  service: 'a',
  environment: 'b',
  name: 'c',
  layer: 'base',
  version: '3',
  revision: '3',
  id: 'i',
};

it.each(CALLS)('%s', async (route, call, { query = {}, body } = {}) => {
  await call();
  const filled = route
    .replace(/\{(\w+)\}/g, (_whole, name: string) => VALUES[name] ?? '?')
    .replace(' /', ' /behind/a/proxy/api/v1/');
  expect(received).toEqual([
    { route: filled, query, body, headers: expect.objectContaining({ authorization: 'Bearer secret' }) },
  ]);
});

it('has a method for every route of the API', () => {
  const document = JSON.parse(
    readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
  ) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  expect(CALLS.map(([route]) => route).toSorted()).toEqual(routes.toSorted());
});

it('sends the version that a publish was based on, and the key that makes it happen once', async () => {
  await client.documents.publish('a', 'base', { content: {} }, { basedOn: 7, idempotencyKey: 'k' });
  await client.documents.rollback('a', 'base', { to: 1 }, { basedOn: 8 });
  await client.secrets.put('a', 'b', 'c', 'plain', { basedOn: 9 });
  expect(received.map(({ headers }) => headers['if-match'])).toEqual(['"7"', '"8"', '"9"']);
  expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual(['k', undefined, undefined]);
});

it('keeps a name inside its segment of the path', async () => {
  await client.breakers.read({ ...place, name: 'pay/../x?y#z' });
  expect(received[0]?.route).toMatch(/breakers\/pay%2F\.\.%2Fx%3Fy%23z$/);
  for (const name of ['', '.', '..'])
    expect(() => client.services.read(name)).toThrow(`${JSON.stringify(name)} is not a name`);
  expect(received).toHaveLength(1);
});
