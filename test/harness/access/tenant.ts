import { type Plane } from '../start-plane.js';
import { type PlaneRequests, publish, register, requestsTo } from '../request.js';
import { type Caller, plantPerson, plantToken } from './callers.js';

/** One workspace with something of everything in it. What is called by common names is in every tenant. */
export interface Tenant {
  readonly workspaceId: string;
  readonly admin: Caller;
  /** A word that is in every text of this tenant and in none of its names. */
  readonly marker: string;
  /** A word that is in the names that only this tenant has. */
  readonly name: string;
  readonly service: string;
  /** Another one that this service includes, and which can therefore not be archived. */
  readonly shelf: string;
  readonly environment: string;
  readonly breaker: string;
  readonly secret: string;
  readonly tokenId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly invitationId: string;
  /** One that another revision has superseded. */
  readonly approvalId: string;
  /** A draft that was discarded; there is another one beside it. */
  readonly draftId: string;
  /** On a version of the environment's document, as the draft. */
  readonly tag: string;
}

/** These a tenant has besides its own names, with contents of its own. */
export const COMMON_SERVICE = 'shop';
export const COMMON_ENVIRONMENT = 'prod';

export async function plantTenant(
  plane: Plane,
  workspaceId: string,
  { name, marker }: { name: string; marker: string },
): Promise<Tenant> {
  const { database } = plane;
  await database.query('insert into workspaces (id, name) values ($1, $2) on conflict do nothing', [
    workspaceId,
    marker,
  ]);
  const admin = await plantToken(database, { workspaceId, role: 'admin' });
  const requests = requestsTo(plane.api(0).url, admin.token ?? '');
  const [service, shelf, environment] = [`${name}-service`, `${name}-shelf`, `${name}-env`];
  const [breaker, secret] = [`${name}-breaker`, `${name}-secret`];
  const existing = (await requests.get('/environments').expect(200)).body as { items: { name: string }[] };
  for (const each of [COMMON_ENVIRONMENT, environment])
    if (!existing.items.some((item) => item.name === each))
      await requests.post('/environments').send({ name: each }).expect(201);
  await register(requests, shelf, { kind: 'shared', description: marker });
  for (const each of [service, COMMON_SERVICE]) {
    await register(requests, each, { description: marker, owner: marker, includes: [shelf] });
    await requests
      .put(`/services/${each}/schema`)
      .send({ type: 'object', description: marker })
      .expect(({ ok, text }) => {
        if (!ok) throw new Error(text);
      });
    await publish(requests, each, 'base', { text: marker });
    for (const place of [environment, COMMON_ENVIRONMENT]) {
      const pair = `/services/${each}/environments/${place}`;
      await requests
        .put(`${pair}/secrets/${secret}`)
        .send({ value: `${marker}-value` })
        .expect(200);
      await publish(requests, each, place, { text: marker, key: { $secret: secret } });
      await requests
        .put(`${pair}/breakers/${breaker}`)
        .send({ policy: {} })
        .expect(({ ok, text }) => {
          if (!ok) throw new Error(text);
        });
      const forced = { state: 'disabled', reason: marker };
      await requests.post(`${pair}/breakers/${breaker}/force`).send(forced);
    }
  }
  await requests.patch(`/environments/${environment}`).send({ protected: true }).expect(200);
  await publish(requests, service, environment, { text: `${marker} 1` });
  await publish(requests, service, environment, { text: `${marker} 2` });
  const tag = `${name}-tag`;
  const draftId = await plantDraft(requests, `/services/${service}/documents/${environment}`, tag, marker);
  const approvals = (await requests.get('/approvals?state=superseded').expect(200)).body as Listed;
  const token = await requests.post('/tokens').send({ name: marker, role: 'viewer' }).expect(201);
  const grants = [{ role: 'viewer' }];
  const invited = { email: `${marker}@example.org`, grants };
  const invitation = await requests.post('/invitations').send(invited).expect(201);
  const person = await plantPerson(database, {
    workspaceId,
    grants: [{ role: 'viewer' }],
    label: marker,
  });
  return {
    workspaceId,
    admin,
    marker,
    name,
    service,
    shelf,
    environment,
    breaker,
    secret,
    tokenId: idOf(token.body),
    userId: person.userId,
    sessionId: person.sessionId,
    invitationId: idOf(invitation.body),
    approvalId: idOf(approvals.items[0]),
    draftId,
    tag,
  };
}

/** A tag, a draft that ended and one that did not, at a document with a version. */
async function plantDraft(
  requests: PlaneRequests,
  path: string,
  tag: string,
  marker: string,
): Promise<string> {
  await requests.put(`${path}/tags/${tag}`).send({ version: 1 }).expect(200);
  const draft = () => requests.put(`${path}/draft`).set('if-match', '*');
  await draft()
    .send({ content: { text: marker }, message: marker })
    .expect(200);
  await requests.delete(`${path}/draft`).set('if-match', '*').expect(204);
  await draft()
    .send({ content: { text: marker }, message: marker })
    .expect(200);
  const { items } = (await requests.get(`${path}/drafts`).expect(200)).body as Listed;
  return idOf(items[0]);
}

interface Listed {
  readonly items: readonly unknown[];
}

function idOf(thing: unknown): string {
  const { id } = thing as { id?: unknown };
  if (typeof id !== 'string') throw new Error(`no id in ${JSON.stringify(thing)}`);
  return id;
}

/** A fingerprint of every row that a workspace has. */
export async function fingerprint(plane: Plane, workspaceId: string): Promise<Record<string, string>> {
  const tables = await plane.database.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'workspace_id' order by 1`,
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await plane.database.query<{ print: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(row, '\n' order by row), '')) as print
       from (select (to_jsonb(t) - 'last_used_at')::text as row from "${name}" t where workspace_id = $1) as rows`,
      [workspaceId],
    );
    prints[name] = row?.print ?? '';
  }
  return prints;
}
