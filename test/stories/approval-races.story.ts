import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.js';
import {
  isDecided,
  isForbidden,
  isOwnChange,
  ProtectedShop,
  SHOP_CONFIG,
} from '../harness/protected-shop.js';
import { isProblem, register } from '../harness/request.js';

let shop: ProtectedShop;

beforeAll(async () => {
  shop = await ProtectedShop.start();
});
afterAll(() => shop.stop());

describe('at the same time', () => {
  it('two decide: one is heard', async () => {
    for (let round = 0; round < 12; round++) {
      const { id, revision } = await shop.ask('ann', `decide-${round}`);
      const ways = [() => shop.decide('bob', id, 'approve', 0), () => shop.decide('carol', id, 'reject', 1)];
      // Each of them is the first to ask as often as the other.
      const isTurned = round % 2 === 1;
      const asked = await Promise.all((isTurned ? ways.toReversed() : ways).map((ask) => ask()));
      const [approved, refused] = isTurned ? asked.toReversed() : asked;
      if (approved === undefined || refused === undefined) throw new Error('two were asked');
      expect([approved.status, refused.status].toSorted()).toEqual([200, 409]);
      expect(await shop.stateOf(id)).toBe(approved.status === 200 ? 'approved' : 'rejected');
      const { body } = await shop.as('viewer').get(SHOP_CONFIG).expect(200);
      const isReleased = (body as { revision: number }).revision === revision;
      expect(isReleased).toBe(approved.status === 200);
    }
  });

  it('somebody publishes and somebody approves: what is approved was there to be seen', async () => {
    for (let round = 0; round < 12; round++) {
      const { id, revision } = await shop.ask('ann', `publish-${round}`);
      const [approved, published] = await Promise.all([
        shop.decide('bob', id, 'approve', 0),
        shop.publish('ann', 'prod', { number: `over-${round}` }, { index: 1 }),
      ]);
      const over = published.get('shop/prod');
      expect(over).toMatchObject({ revision: revision + 1, state: 'awaiting_approval' });
      expect(await shop.stateOf(id)).toBe(approved.status === 200 ? 'approved' : 'superseded');
      if (approved.status !== 200) isDecided(approved);
      expect(await shop.stateOf(over?.approval ?? '')).toBe('pending');
      const head = await shop.plane.database.query<{ released: number }>(
        `select released from config_heads where service = 'shop' and environment = 'prod'`,
      );
      if (approved.status === 200) expect(head).toEqual([{ released: revision }]);
      else expect(head[0]?.released).toBeLessThan(revision);
    }
  });

  it('somebody goes back and somebody approves: nothing is released that nobody saw', async () => {
    const seen = new Set<number>();
    for (let round = 0; round < 12; round++) {
      const before = await shop.as('viewer').get(SHOP_CONFIG).expect(200);
      const live = (before.body as { content: { number: string } }).content.number;
      const { id } = await shop.ask('ann', `back-${round}`);
      const [approved, published] = await Promise.all([
        shop.decide('bob', id, 'approve', 0),
        shop.publish('ann', 'prod', { number: live }, { index: 1 }),
      ]);
      seen.add(approved.status);
      const state = approved.status === 200 ? 'awaiting_approval' : 'released';
      expect(published.get('shop/prod')).toMatchObject({ state });
    }
    expect([...seen].every((status) => status === 200 || status === 409)).toBe(true);
  });

  it('leaves one that waits at most, and agents with what was released', async () => {
    const rows = await shop.plane.database.query<{ pending: number; released: number; state: string | null }>(
      `select (select count(*)::int from approvals where state = 'pending' and service = 'shop') as pending,
         h.released, a.state
       from config_heads h left join approvals a on a.service = h.service and a.environment = h.environment
         and a.revision = h.released
       where h.service = 'shop' and h.environment = 'prod'`,
    );
    expect(rows[0]?.pending).toBeLessThanOrEqual(1);
    expect([null, 'approved', 'emergency']).toContain(rows[0]?.state);
    await shop.bothRun(rows[0]?.released ?? 0);
  });
});

describe('what waits', () => {
  it('waits through a restart', async () => {
    const live = shop.live;
    const { id, revision } = await shop.ask('ann', 'restart');
    await shop.plane.api(1).stop();
    await shop.plane.api(1).start();
    await eventually(() => expect(shop.agents[1]?.isConnected).toBe(true));
    await shop.isServed(live);
    await shop.decide('ann', id, 'approve', 1).expect(isOwnChange);
    await shop.decide('bob', id, 'approve', 1).expect(200);
    await shop.bothRun(revision);
  });

  it('is told of where nothing was released before', async () => {
    await shop.plane.request().post('/environments').send({ name: 'live', protected: true }).expect(201);
    const path = '/services/shop/environments/live/config';
    const problem = await shop.as('viewer').get(path).expect(isProblem(404, 'config_not_published'));
    expect((problem.body as { detail: string }).detail).toContain('waits for an approval');
    await shop.as('viewer').get(`${path}?explain=true`).expect(isProblem(404, 'config_not_published'));
    const { body } = await shop.as('bob').get('/approvals?environment=live').expect(200);
    const [waiting] = (body as { items: { id: string }[] }).items;
    const detail = await shop
      .as('bob')
      .get(`/approvals/${waiting?.id ?? ''}`)
      .expect(200);
    expect(detail.body).toMatchObject({ from: null, to: { revision: 1 } });
    await shop.decide('bob', waiting?.id ?? '', 'approve').expect(200);
    await shop.as('viewer').get(path).expect(200);
  });

  it('is released no more when the service is archived', async () => {
    await register(shop.plane.request(), 'gone');
    const outcomes = await shop.publish('ann', 'base', { number: 1 }, { service: 'gone' });
    const id = outcomes.get('gone/prod')?.approval ?? '';
    await shop.as('ann').delete('/services/gone').expect(204);
    for (const how of ['approve', 'emergency'] as const)
      await shop.decide('bob', id, how).expect(isProblem(409, 'in_use'));
    await shop.decide('bob', id, 'reject').expect(200);
  });

  it('waits on when protection is taken away, and what is published then is released', async () => {
    const live = shop.live;
    const { id, revision } = await shop.ask('ann', 'off');
    const taken = { protected: false, reason: 'prod is moving house' };
    await shop.as('viewer').patch('/environments/prod').send(taken).expect(isForbidden);
    await shop.as('ann').patch('/environments/prod').send({}).expect(isProblem(400, 'invalid_request'));
    const { body } = await shop.as('ann').patch('/environments/prod').send(taken).expect(200);
    expect(body).toMatchObject({ name: 'prod', protected: false });
    await shop.isServed(live);
    expect(await shop.stateOf(id)).toBe('pending');
    await shop.decide('ann', id, 'approve').expect(isOwnChange);
    const outcome = (await shop.publish('ann', 'prod', { number: 'off' })).get('shop/prod');
    expect(outcome).toMatchObject({ revision: revision + 1, state: 'released' });
    expect(await shop.stateOf(id)).toBe('superseded');
    await shop.bothRun(revision + 1);
  });

  it('never went to an agent before it was released, and all of it forward', async () => {
    const released = await shop.plane.database.query<{ number: number; hash: string }>(
      `select r.number, r.hash from revisions r left join approvals a on a.service = r.service
         and a.environment = r.environment and a.revision = r.number
       where r.service = 'shop' and r.environment = 'prod'
         and (a.state is null or a.state in ('approved', 'emergency'))`,
    );
    const hashes = new Map(released.map(({ number, hash }) => [number, hash]));
    for (const { id } of shop.agents) {
      const applied = shop.journal.applied(id);
      expect(applied.length).toBeGreaterThan(10);
      for (const { revision, hash } of applied) expect(hashes.get(revision)).toBe(hash);
      const numbers = applied.map(({ revision }) => revision);
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    }
  });

  it('is told in the audit, with who decided', async () => {
    const decided = await shop.plane.database.query<{ state: string; actions: string[]; complete: boolean }>(
      `select a.state, array_agg(e.action) as actions,
         bool_and(e.service = a.service and e.environment = a.environment and e.identity <> '') as complete
       from approvals a left join audit_entries e on e.target = 'approval:' || a.id
       where a.state <> 'pending' group by a.id, a.state`,
    );
    const actions: Record<string, string> = {
      approved: 'approval.approve',
      rejected: 'approval.reject',
      superseded: 'approval.supersede',
    };
    expect(decided.length).toBeGreaterThan(30);
    for (const entry of decided)
      expect(entry).toEqual({ state: entry.state, actions: [actions[entry.state]], complete: true });
    const [protecting] = await shop.plane.database.query<{ detail: string }>(
      `select detail from audit_entries where action = 'environment.change' order by number limit 1`,
    );
    expect(JSON.parse(protecting?.detail ?? '')).toMatchObject({
      diff: { operations: [{ op: 'replace', path: '/protected', value: true }] },
    });
    const unprotecting = await shop.plane.database.query<{ environment: string; detail: string }>(
      `select environment, detail from audit_entries where action = 'environment.unprotect'`,
    );
    expect(unprotecting.map(({ environment }) => environment)).toEqual(['prod']);
    expect(JSON.parse(unprotecting[0]?.detail ?? '')).toMatchObject({
      reason: 'prod is moving house',
      before: { protected: true },
    });
  });
});
