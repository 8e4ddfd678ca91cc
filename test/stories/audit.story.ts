import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntryBody } from '@binnacle/contracts';
import { type AuditExport, exportAudit, readAudit } from '../harness/audit-requests.js';
import { eventually } from '../harness/eventually.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { verifyAuditOf } from '../harness/verify-audit.js';

let plane: Plane;
let admin: PlaneRequests;

beforeAll(async () => {
  plane = await startPlane({ apis: 2 });
  admin = plane.request();
});
afterAll(() => plane.stop());

/** Newest first. */
function audit(query = '', requests = admin): Promise<AuditEntryBody[]> {
  return readAudit(requests, query);
}

async function newest(query: string): Promise<AuditEntryBody> {
  const [entry] = await audit(query);
  if (entry === undefined) throw new Error(`there is no entry for ${query}`);
  return entry;
}

function exported(query = ''): Promise<AuditExport> {
  return exportAudit(admin, query);
}

async function expectWholeChain(): Promise<void> {
  expect(await verifyAuditOf(plane.database.url)).toMatchObject({ exitCode: 0 });
}

describe('every kind of change leaves an entry that tells', () => {
  it('what a service was and is', async () => {
    await register(admin, 'orders', { owner: 'team-a', labels: { tier: '1' } });
    await admin.patch('/services/orders').send({ owner: 'team-b', labels: {} }).expect(200);
    const [changed, registered] = await audit('&service=orders');
    expect(registered).toMatchObject({
      action: 'service.register',
      target: 'service:orders',
      actor: 'token:admin',
      identity: 'admin-token',
      via: 'token',
      credential: 'admin-token',
      outcome: 'done',
      service: 'orders',
      environment: null,
      detail: { owner: 'team-a' },
    });
    expect(registered?.address).toContain('127.0.0.1');
    expect(changed).toMatchObject({
      action: 'service.change',
      previousHash: registered?.hash,
      detail: {
        before: { owner: 'team-a', labels: { tier: '1' } },
        diff: {
          truncated: false,
          total: 2,
          operations: [
            { op: 'remove', path: '/labels/tier' },
            { op: 'replace', path: '/owner', value: 'team-b' },
          ],
        },
      },
    });
  });

  it('with which request it came', async () => {
    await admin
      .patch('/services/orders')
      .set('x-request-id', 'found-again')
      .send({ owner: null })
      .expect(200);
    expect(await newest('&action=service.change')).toMatchObject({
      requestId: expect.stringMatching(/^[\da-f-]{36}\/found-again$/) as string,
    });
  });

  it('how a schema differs, and that it was forced', async () => {
    await admin.put('/services/orders/schema').send({ type: 'object', maxProperties: 9 }).expect(200);
    await publish(admin, 'orders', 'base', { limit: 1, extra: 2 });
    await admin
      .put('/services/orders/schema?force=true')
      .send({ type: 'object', maxProperties: 1 })
      .expect(200);
    const [forced, first] = await audit('&action=schema.put');
    expect(first).toMatchObject({ service: 'orders', detail: { version: 1, isForced: false } });
    expect(forced).toMatchObject({
      target: 'schema:orders',
      detail: {
        version: 2,
        isForced: true,
        diff: { operations: [{ op: 'replace', path: '/maxProperties', value: 1 }] },
      },
    });
    await admin.put('/services/orders/schema').send({ type: 'object' }).expect(200);
  });

  it('how a document differs, and in which environment', async () => {
    await publish(admin, 'orders', 'dev', { limit: 2 });
    await publish(admin, 'orders', 'dev', { limit: 3 });
    await admin
      .post('/services/orders/documents/dev/rollback')
      .set('if-match', '*')
      .send({ to: 1, message: 'that was wrong' })
      .expect(201);
    const [back, changed] = await audit('&service=orders&environment=dev');
    expect(changed).toMatchObject({
      action: 'document.publish',
      target: 'document:orders/dev',
      detail: { version: 2, diff: { operations: [{ op: 'replace', path: '/limit', value: 3 }] } },
    });
    expect(back).toMatchObject({
      action: 'document.rollback',
      detail: { version: 3, message: 'that was wrong', diff: { operations: [{ path: '/limit', value: 2 }] } },
    });
  });

  it('which policy a breaker has, and why it was forced', async () => {
    const breaker = '/services/orders/environments/dev/breakers/db';
    await admin
      .put(breaker)
      .send({ policy: { openMs: 1_000 } })
      .expect(200);
    await admin
      .put(breaker)
      .send({ policy: { openMs: 2_000 } })
      .expect(200);
    const force = { state: 'forced_open', reason: 'the database burns', ttlSeconds: 60 };
    await admin.post(`${breaker}/force`).send(force).expect(200);
    await admin.delete(`${breaker}/force`).expect(204);
    const [unforced, forced, changed] = await audit('&action=breaker.');
    expect(changed).toMatchObject({
      action: 'breaker.put',
      service: 'orders',
      environment: 'dev',
      detail: {
        before: { openMs: 1_000 },
        diff: { operations: [{ op: 'replace', path: '/openMs', value: 2_000 }] },
      },
    });
    expect(forced).toMatchObject({ action: 'breaker.force', detail: { ...force, before: null } });
    expect(unforced).toMatchObject({
      action: 'breaker.unforce',
      detail: { before: { state: 'forced_open', reason: 'the database burns' } },
    });
  });

  it('who makes, changes and ends environments, tokens and services', async () => {
    await admin.post('/environments').send({ name: 'audited' }).expect(201);
    const { id } = await createToken(admin, 'viewer');
    await admin.delete(`/tokens/${id}`).expect(204);
    await register(admin, 'short-lived');
    await admin.delete('/services/short-lived').expect(204);
    expect(await newest('&environment=audited')).toMatchObject({ action: 'environment.create' });
    expect((await audit(`&target=token:${id}`)).map(({ action }) => action)).toEqual([
      'token.revoke',
      'token.create',
    ]);
    expect(await newest('&service=short-lived')).toMatchObject({ action: 'service.archive' });
  });

  it('what one token did, through it and for whom', async () => {
    const { id, token } = await createToken(admin, 'publisher');
    await publish(plane.request(1, token), 'orders', 'base', { limit: 7 });
    const [entry] = await audit(`&credential=${id}`);
    expect(entry).toMatchObject({ action: 'document.publish', actor: 'token:a publisher', credential: id });
    expect(entry?.identity).toBe(`token:${id}`);
  });
});

describe('an entry is there with its change, or neither is', () => {
  it('when a change is refused', async () => {
    const [before] = await audit();
    const path = '/services/orders/documents/base/versions';
    await admin
      .post(path)
      .set('if-match', '"1"')
      .send({ content: { limit: 8 } })
      .expect(412);
    await admin.post(path).set('if-match', '*').send({ content: '{"a":' }).expect(422);
    await admin.post('/services').send({ name: 'orders' }).expect(409);
    await admin
      .patch('/services/orders')
      .send({ includes: ['nobody'] })
      .expect(400);
    expect((await audit())[0]?.number).toBe(before?.number);
  });

  it('when the process is killed among publishes, and those of both processes make one chain without a gap', async () => {
    await register(admin, 'busy');
    await publish(admin, 'busy', 'base', { round: 0 });
    let isOver = false;
    let acknowledged = 0;
    const publishing = [0, 1].flatMap((index) =>
      ['base', 'dev', 'prod'].map(async (layer) => {
        for (let round = 1; !isOver; round++) {
          const answer = await fetch(
            `${plane.api(index).url}/api/v1/services/busy/documents/${layer}/versions`,
            {
              method: 'POST',
              headers: {
                authorization: `Bearer ${plane.adminToken}`,
                'content-type': 'application/json',
                'if-match': '*',
                connection: 'close',
              },
              body: JSON.stringify({ content: { [`${layer}-${index}`]: round } }),
              signal: AbortSignal.timeout(5_000),
            },
          ).catch(() => undefined);
          if (answer?.status === 201) acknowledged += 1;
          await answer?.arrayBuffer().catch(() => undefined);
        }
      }),
    );
    for (let kills = 1; kills <= 2; kills++) {
      await eventually(() => expect(acknowledged).toBeGreaterThan(kills * 15));
      await plane.api(1).kill('SIGKILL');
      await plane.api(1).start();
    }
    isOver = true;
    await Promise.all(publishing);

    const versions = await plane.database.query<{ place: string }>(
      `select format('document:%s/%s %s', service, layer, number) as place from document_versions
       where service = 'busy' order by 1`,
    );
    const { entries } = await exported('?service=busy&action=document.publish');
    const told = entries.map(({ target, detail }) => `${target} ${(detail as { version: number }).version}`);
    expect(told.toSorted()).toEqual(versions.map(({ place }) => place).toSorted());
    expect(told.length).toBeGreaterThanOrEqual(acknowledged);
    const all = await exported();
    expect(all.entries.map(({ number }) => number)).toEqual(all.entries.map((_entry, index) => index + 1));
    await expectWholeChain();
  });
});

describe('reading', () => {
  it('goes page by page, and the export is the same from the other end', async () => {
    const pages: AuditEntryBody[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await admin.get(`/audit?limit=7${at}`).expect(200);
      const page = body as { items: AuditEntryBody[]; nextCursor: string | null };
      pages.push(...page.items);
      cursor = page.nextCursor;
    }
    const { entries, end } = await exported();
    expect(pages.toReversed()).toEqual(entries);
    const last = entries.at(-1);
    expect(end).toEqual({
      complete: true,
      entries: entries.length,
      head: { number: last?.number, hash: last?.hash },
    });
    const kept = ['--workspace', 'default', '--from', `${last?.number}:${last?.hash}`];
    expect(await verifyAuditOf(plane.database.url, ...kept)).toMatchObject({ exitCode: 0 });
  });

  it('finds by time, and refuses what it does not know', async () => {
    const { entries } = await exported('?service=orders');
    const from = entries[3]?.at ?? '';
    expect((await exported(`?service=orders&from=${from}`)).entries).toEqual(
      entries.filter(({ at }) => at >= from),
    );
    const earlier = await exported(`?service=orders&to=${from}`);
    expect(earlier.entries).toEqual(entries.filter(({ at }) => at < from));
    for (const wrong of [
      'limit=201',
      'cursor=x',
      'outcome=maybe',
      'from=yesterday',
      'action=*',
      'actor=%00',
      'who=ann',
    ])
      await admin.get(`/audit?${wrong}`).expect(isProblem(400, 'invalid_request'));
    await admin.get('/audit/export?limit=1').expect(isProblem(400, 'invalid_request'));
  });

  it('needs a permission, and who has it for a part sees the entries of that part alone', async () => {
    const viewer = plane.request(0, (await createToken(admin, 'viewer')).token);
    await viewer.get('/audit').expect(isProblem(403, 'forbidden'));
    await viewer.get('/audit/export').expect(isProblem(403, 'forbidden'));

    const scope = { services: ['orders'], permissions: ['audit:read'] };
    const auditor = plane.request(0, (await createToken(admin, 'viewer', scope)).token);
    const seen = await audit('', auditor);
    expect(seen).toEqual(await audit('&service=orders'));
    expect(seen.length).toBeGreaterThan(5);
    expect(await audit('&service=busy', auditor)).toEqual([]);
    const inDev = { services: ['orders'], environments: ['dev'], permissions: ['audit:read'] };
    const devAuditor = plane.request(0, (await createToken(admin, 'viewer', inDev)).token);
    const seenInDev = await audit('', devAuditor);
    expect(seenInDev).toEqual(await audit('&service=orders&environment=dev'));
    expect(seenInDev.length).toBeGreaterThan(1);
  });
});
