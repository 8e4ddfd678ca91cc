import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken, isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane();
});
afterAll(() => plane.stop());

async function identityOf(id: string): Promise<string | undefined> {
  const rows = await plane.database.query<{ identity: string }>('select identity from tokens where id = $1', [
    id,
  ]);
  return rows[0]?.identity;
}

describe('who answers for a token', () => {
  it('stays the same when he rotates it, and is who rotates it otherwise', async () => {
    const admin = plane.request();
    const [ci, bob] = [await createToken(admin, 'admin'), await createToken(admin, 'admin')];
    const rotate = async (as: string, id: string) => {
      const request = plane.request(0, as).post(`/tokens/${id}/rotate`);
      return (await request.send({ overlapSeconds: 60 }).expect(201)).body as { id: string; token: string };
    };
    const byAdmin = await rotate(plane.adminToken, (await createToken(admin, 'viewer')).id);
    expect(await identityOf(byAdmin.id)).toBe(`token:${byAdmin.id}`);
    const own = await rotate(ci.token, ci.id);
    expect(await identityOf(own.id)).toBe(`token:${ci.id}`);
    const taken = await rotate(bob.token, own.id);
    expect(await identityOf(taken.id)).toBe(`token:${bob.id}`);
    const [entry] = await plane.database.query<{ detail: string }>(
      'select detail from audit_entries where target = $1',
      [`token:${taken.id}`],
    );
    expect(JSON.parse(entry?.detail ?? '')).toMatchObject({
      identity: `token:${bob.id}`,
      previous: { id: own.id, identity: `token:${ci.id}` },
    });
  });

  it('is no second person who approves what the first one wrote', async () => {
    const admin = plane.request();
    const { token: bobs } = await createToken(admin, 'admin');
    const bob = plane.request(0, bobs);
    await admin.post('/environments').send({ name: 'guarded', protected: true }).expect(201);
    await register(admin, 'vault');
    const { revisions } = await publish(bob, 'vault', 'guarded', { limit: 9 });
    const [waiting] = revisions as unknown as { approval: string }[];
    const ci = await createToken(admin, 'viewer');
    const wider = bob.patch(`/tokens/${ci.id}`).send({ role: 'publisher' });
    await wider.expect(isProblem(403, 'forbidden'));
    for (const change of [{ name: 'renamed' }, { services: ['vault'] }])
      await bob.patch(`/tokens/${ci.id}`).send(change).expect(200);
    await bob.patch(`/tokens/${ci.id}`).send({ services: [] }).expect(isProblem(403, 'forbidden'));
    const { body } = await bob.post(`/tokens/${ci.id}/rotate`).send({}).expect(201);
    const rotated = body as { id: string; token: string };
    await bob.patch(`/tokens/${rotated.id}`).send({ role: 'publisher' }).expect(200);
    const approve = (token: string) =>
      plane.request(0, token).post(`/approvals/${waiting?.approval}/approve`).send({});
    await approve(rotated.token).expect(isProblem(403, 'own_change'));
    await approve((await createToken(admin, 'publisher')).token).expect(200);
  });

  it('is told what he did himself by an Idempotency-Key, and nobody else is', async () => {
    const admin = plane.request();
    const [one, other] = [await createToken(admin, 'editor'), await createToken(admin, 'editor')];
    const send = (token: string) =>
      plane.request(0, token).post('/services').set('idempotency-key', 'of-one').send({ name: 'keyed' });
    const { body } = await send(one.token).expect(201);
    expect((await send(one.token).expect(201)).body).toEqual(body);
    await send(other.token).expect(isProblem(422, 'idempotency_mismatch'));
  });
});
