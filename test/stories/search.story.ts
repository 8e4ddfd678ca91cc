import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchHit } from '@binnacle/contracts';
import { ProcessWatch } from '../harness/process-watch.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

interface Found {
  readonly items: SearchHit[];
  readonly nextCursor: string | null;
}

const blocked = new ProcessWatch();
let plane: Plane;
let admin: PlaneRequests;

beforeAll(async () => {
  plane = await startPlane({ environment: blocked.environment });
  admin = plane.request();
  await register(admin, 'common', { kind: 'shared' });
  await register(admin, 'orders', { includes: ['common'] });
  await register(admin, 'stock');
  await register(admin, 'archived');
  await publish(admin, 'common', 'base', { timeoutSeconds: 30, region: 'eu_1%' });
  await publish(admin, 'orders', 'base', { pool: { maxSize: 10, hosts: ['a.local', 'B.local'] } });
  await admin
    .put('/services/orders/environments/prod/secrets/db-pool')
    .send({ value: 'never-found' })
    .expect(200);
  await publish(admin, 'orders', 'prod', { pool: { maxSize: 50 }, password: { $secret: 'db-pool' } });
  await publish(admin, 'stock', 'base', { note: 'The pool is "large"\nÄrger', long: 'x'.repeat(5_000) });
  await publish(admin, 'archived', 'base', { pool: 1 });
  await admin.delete('/services/archived').expect(204);
});
afterAll(async () => {
  await plane.stop();
  blocked.dispose();
});

async function search(query: Record<string, string>, requests = admin): Promise<Found> {
  const { body } = await requests.get(`/search?${new URLSearchParams(query).toString()}`).expect(200);
  return body as Found;
}

/** As `service/layer/pointer`, of every page. */
async function places(query: Record<string, string>, requests = admin): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Found = await search({ ...query, ...(cursor === null ? {} : { cursor }) }, requests);
    found.push(
      ...page.items.map(
        (hit) => `${hit.service}/${hit.in === 'documents' ? hit.layer : hit.environment}${hit.pointer}`,
      ),
    );
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

describe('a search in documents', () => {
  it('finds keys, values and places, whatever the case', async () => {
    expect(await places({ q: 'POOL' })).toEqual([
      'orders/base/pool',
      'orders/prod/password',
      'orders/prod/pool',
      'stock/base/note',
    ]);
    expect(await places({ key: 'maxsize' })).toEqual([
      'orders/base/pool/maxSize',
      'orders/prod/pool/maxSize',
    ]);
    expect(await places({ value: 'b.LOCAL' })).toEqual(['orders/base/pool/hosts/1']);
    expect(await places({ value: '30' })).toEqual(['common/base/timeoutSeconds']);
    expect(await places({ value: '"large"\nä' })).toEqual(['stock/base/note']);
    expect(await places({ value: '_1%' })).toEqual(['common/base/region']);
    expect(await places({ value: 'eu%1' })).toEqual([]);
    expect(await places({ pointer: '/pool' })).toEqual(['orders/base/pool', 'orders/prod/pool']);
    expect(await places({ pointer: '/pool/h*' })).toHaveLength(3);
    expect(await places({ key: 'maxSize', value: '50' })).toEqual(['orders/prod/pool/maxSize']);
    expect(await places({ q: 'pool', service: 'orders', environment: 'base' })).toEqual(['orders/base/pool']);
  });

  it('shows references to secrets as references, and long values cut', async () => {
    const secret = await search({ value: 'db-pool' });
    expect(secret.items).toEqual([
      {
        in: 'documents',
        service: 'orders',
        layer: 'prod',
        version: 1,
        pointer: '/password',
        value: '{"$secret":"db-pool"}',
        truncated: false,
      },
    ]);
    expect(await places({ value: 'never-found' })).toEqual([]);
    const [long] = (await search({ key: 'long' })).items;
    expect(long).toMatchObject({ value: `"${'x'.repeat(199)}`, truncated: true });
  });

  it('goes on where a page ended, also in the middle of a document', async () => {
    await register(admin, 'many');
    const keys = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`needle-${index}`, index]));
    await publish(admin, 'many', 'base', keys);
    await publish(admin, 'many', 'dev', { 'needle-dev': true });
    const first = await search({ key: 'needle', limit: '10' });
    expect(first.items).toHaveLength(10);
    const all = await places({ key: 'needle', limit: '10' });
    expect(all).toHaveLength(26);
    expect(new Set(all).size).toBe(26);
    await admin.get('/search?q=x&cursor=bm9uZQ').expect(isProblem(400, 'invalid_request'));
    await admin.get('/search').expect(isProblem(400, 'invalid_request'));
    await admin.get('/search?pointer=pool').expect(isProblem(400, 'invalid_request'));
  });

  it('looks at a bounded part for each page, and holds up nobody', async () => {
    const filler = Object.fromEntries(
      Array.from({ length: 9_000 }, (_, index) => [`key-${index}`, `haystack ${'y'.repeat(85)}`]),
    );
    const services = Array.from({ length: 20 }, (_, index) => `large-${String(index).padStart(2, '0')}`);
    for (const [index, service] of services.entries()) {
      await register(admin, service);
      await publish(admin, service, 'base', { ...filler, last: index === 19 ? 'straw' : 'haystack' });
    }
    let pages = 0;
    let cursor: string | null = null;
    const hits: SearchHit[] = [];
    blocked.begin();
    do {
      const query: Record<string, string> = { value: 'haystack', key: 'last', limit: '200' };
      const page: Found = await search(cursor === null ? query : { ...query, cursor });
      pages += 1;
      hits.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(hits).toHaveLength(19);
    expect(pages).toBeGreaterThan(1);
    expect(blocked.blockedMs).toBeLessThan(50);
    expect(await places({ value: 'straw' })).toEqual(['large-19/base/last']);
    // Many at once take turns, and those for whom there is none are told so.
    blocked.begin();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const { status } = await admin.get('/search?value=nowhere');
        return status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(blocked.blockedMs).toBeLessThan(150);
  });
});

describe('a search in what agents run', () => {
  it('finds what came from other layers, and names the revision', async () => {
    const { items } = await search({
      in: 'effective',
      key: 'timeoutSeconds',
      service: 'orders',
      environment: 'prod',
    });
    expect(items).toEqual([
      {
        in: 'effective',
        service: 'orders',
        environment: 'prod',
        revision: expect.any(Number),
        pointer: '/timeoutSeconds',
        value: '30',
        truncated: false,
      },
    ]);
    expect(await places({ in: 'effective', value: '50' })).toEqual(['orders/prod/pool/maxSize']);
  });
});

describe('who searches', () => {
  it('finds no more than he may read', async () => {
    const ofStock = await createToken(admin, 'viewer', { services: ['stock'] });
    expect(await places({ q: 'pool' }, plane.request(0, ofStock.token))).toEqual(['stock/base/note']);
    const ofDev = await createToken(admin, 'viewer', { services: ['orders'], environments: ['dev'] });
    expect(await places({ q: 'maxSize' }, plane.request(0, ofDev.token))).toEqual([
      'orders/base/pool/maxSize',
    ]);
    const effective = { in: 'effective', key: 'maxSize' };
    expect(await places(effective, plane.request(0, ofDev.token))).toEqual(['orders/dev/pool/maxSize']);
  });
});
