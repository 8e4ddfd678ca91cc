import { randomBytes } from 'node:crypto';
import type { AuditEntryBody } from '@binnacle/contracts';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudit } from '../harness/audit-requests.js';
import { eventually } from '../harness/eventually.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const CANARY = `canary-${randomBytes(12).toString('hex')}`;

let plane: Plane;
let admin: PlaneRequests;

beforeAll(async () => {
  plane = await startPlane({ apis: 2 });
  admin = plane.request();
  await register(admin, 'orders');
  await register(admin, 'busy');
});
afterAll(() => plane.stop());

/** Newest first. */
function audit(query = '', requests = admin): Promise<AuditEntryBody[]> {
  return readAudit(requests, query);
}

describe('who is refused is told of too', () => {
  it('by the guard, by a service, and for what', async () => {
    const { id, token } = await createToken(admin, 'editor', { services: ['orders'] });
    const editor = plane.request(0, token);
    await editor.post('/tokens').send({ name: 'more', role: 'admin' }).expect(403);
    await editor.get('/services/busy/schema').expect(403);
    await editor
      .patch('/services/orders')
      .send({ includes: ['busy'] })
      .expect(403);
    const entries = await eventually(async () => {
      const found = await audit(`&credential=${id}&action=access.refused`);
      expect(found).toHaveLength(3);
      return found;
    });
    expect(entries.every(({ outcome, actor }) => outcome === 'refused' && actor === 'token:a editor')).toBe(
      true,
    );
    expect(entries.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        { method: 'POST', route: '/tokens', needs: 'tokens:write', code: 'forbidden', count: 1 },
        {
          method: 'GET',
          route: '/services/:service/schema',
          needs: 'config:read',
          code: 'forbidden',
          count: 1,
        },
        {
          method: 'PATCH',
          route: '/services/:service',
          needs: 'services:write',
          code: 'forbidden',
          count: 1,
        },
      ]),
    );
    expect(entries.map(({ service }) => service).toSorted()).toEqual(['busy', 'orders', null].toSorted());
  });

  it('with the service and environment of an approval, though its path names neither', async () => {
    await admin.post('/environments').send({ name: 'guarded', protected: true }).expect(201);
    await register(admin, 'vessels');
    const { id, token } = await createToken(admin, 'publisher');
    const author = plane.request(0, token);
    const { revisions } = await publish(author, 'vessels', 'guarded', { limit: 1 });
    const approval = (revisions as unknown as { approval: string }[])[0]?.approval;
    const path = `/approvals/${approval}/approve`;
    await author.post(path).send({}).expect(isProblem(403, 'own_change'));
    const elsewhere = await createToken(admin, 'publisher', { services: ['busy'] });
    const refused = await plane.request(0, elsewhere.token).post(path).send({});
    isProblem(403, 'forbidden')(refused);
    expect(refused.body).not.toHaveProperty('touched');
    await eventually(async () => {
      const found = await audit('&action=access.refused&service=vessels&environment=guarded');
      expect(found.map(({ credential }) => credential).toSorted()).toEqual([id, elsewhere.id].toSorted());
    });
  });

  it('with a token that was revoked, over REST and over a socket', async () => {
    const revoked = await createToken(admin, 'agent');
    const viewer = await createToken(admin, 'viewer');
    await admin.delete(`/tokens/${revoked.id}`).expect(204);
    await plane.request(0, revoked.token).get('/services').expect(401);
    await plane
      .request(0, `bnk_${randomBytes(32).toString('base64url')}`)
      .get('/services')
      .expect(401);
    await refusedSocket(revoked.token);
    await refusedSocket(viewer.token);
    const [ofRevoked, ofViewer] = await eventually(async () => {
      const found = await Promise.all(
        [revoked.id, viewer.id].map((id) => audit(`&credential=${id}&action=access.refused`)),
      );
      expect(found.map(({ length }) => length)).toEqual([2, 1]);
      return found;
    });
    expect(ofRevoked?.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ method: 'GET', route: '/services', code: 'unauthenticated' }),
        expect.objectContaining({ method: 'CONNECT', route: '/agents', code: 'unauthenticated' }),
      ]),
    );
    expect(ofViewer?.[0]).toMatchObject({
      service: 'orders',
      environment: 'dev',
      detail: { method: 'CONNECT', needs: 'agents:connect', code: 'forbidden' },
    });
  });

  it('a flood of them adds little and slows nobody', async () => {
    const { id, token } = await createToken(admin, 'viewer');
    const viewer = plane.request(1, token);
    await register(admin, 'calm');
    const flood = Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let index = 0; index < 60; index++) await viewer.post('/environments').send({ name: 'x' });
      }),
    );
    const startMs = performance.now();
    for (let round = 0; round < 5; round++) await publish(admin, 'calm', 'base', { round });
    expect(performance.now() - startMs).toBeLessThan(10_000);
    await flood;
    await eventually(async () => expect(await audit(`&credential=${id}`)).not.toHaveLength(0));
    // The process tells what it still counts when it stops.
    await plane.api(1).stop();
    await plane.api(1).start();
    const entries = await audit(`&credential=${id}&action=access.refused`);
    expect(entries.length).toBeLessThanOrEqual(4);
    const counts = entries.map(({ detail }) => (detail as { count: number }).count);
    expect(counts.reduce((sum, count) => sum + count)).toBe(600);
  });
});

describe('secrets', () => {
  it('are never in the audit: what is written names them at most', async () => {
    await register(admin, 'vault');
    const secret = '/services/vault/environments/prod/secrets/db-password';
    await admin
      .put(secret)
      .send({ value: CANARY })
      .expect((response) => expect(response.status).toBeLessThan(300));
    await publish(admin, 'vault', 'prod', { password: { $secret: 'db-password' } });
    await admin
      .put(secret)
      .send({ value: `${CANARY}-2` })
      .expect((response) => expect(response.status).toBeLessThan(300));
    await admin.post(`${secret}/reveal`).send({ reason: 'a story' });
    const { token } = await createToken(admin, 'viewer');
    await plane.request(0, token).post('/tokens').send({ name: 'x', role: 'admin' }).expect(403);
    await eventually(async () =>
      expect(await audit('&action=access.refused&from=2020-01-01T00:00:00Z')).not.toEqual([]),
    );

    const entries = await audit('&service=vault');
    expect(JSON.stringify(entries)).toContain('"$secret":"db-password"');
    const [row] = await plane.database.query<{ everything: string }>(
      `select string_agg(a::text, ' ') as everything from audit_entries a`,
    );
    for (const plain of [CANARY, token, plane.adminToken]) expect(row?.everything).not.toContain(plain);
  });
});

async function refusedSocket(token: string): Promise<void> {
  const instance = { id: 'i1', host: 'story-host', version: '1.0.0', sdk: 'story/1' };
  const auth = { token, service: 'orders', environment: 'dev', instance, have: null };
  const socket = io(`${plane.api(0).url}/agents`, { transports: ['websocket'], reconnection: false, auth });
  await new Promise((resolve) => socket.once('connect_error', resolve));
  socket.close();
}
