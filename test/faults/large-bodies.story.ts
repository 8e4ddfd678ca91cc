import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProcessWatch } from '../harness/process-watch.js';
import { createToken, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

/** What the API computed at a stretch: time in which other processes had its processor does not count. */
const MAX_BLOCKED_MS = 100;

const watch = new ProcessWatch();
let plane: Plane;
let viewer: PlaneRequests;

beforeAll(async () => {
  plane = await startPlane({ environment: watch.environment });
  await register(plane.request(), 'shop');
  await publish(plane.request(), 'shop', 'base', { limit: 1 });
  viewer = plane.request(0, (await createToken(plane.request(), 'viewer')).token);
});
afterAll(async () => {
  await plane.stop();
  watch.dispose();
});
beforeEach(() => watch.begin());

/** With `fetch`, which reads an answer also while it still sends. */
async function post({ url, token }: PlaneRequests, path: string, body: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body });
  const { code } = (await response.json()) as { code?: string };
  return { status: response.status, code };
}

/** So many bytes of escapes, which take a parser longest. */
const files = (escaped: string, bytes: number) =>
  `{"files":[{"path":"services/shop/base.json","content":"${escaped.repeat(bytes / escaped.length)}"}]}`;
const MOST = 16_000_000;

describe('who may not do what he asks', () => {
  it.each([
    '/import',
    '/change-sets',
    '/services',
    '/services/shop/documents/base/versions',
    '/services/shop/documents/base/draft/publish',
  ])('is refused at %s before his body is read', async (path) => {
    expect(await post(viewer, path, '{"no": "json')).toEqual({ status: 403, code: 'forbidden' });
    const malformed = { status: 400, code: 'malformed_request' };
    expect(await post(plane.request(), path, '{"no": "json')).toEqual(malformed);
  });

  it('costs nothing, however much he sends', async () => {
    const body = files('\\"', MOST);
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(viewer, '/import', body)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    expect(watch.blockedMs).toBeLessThan(MAX_BLOCKED_MS);
  });
});

describe('who may', () => {
  it.each(['\\"', '\\u0041', '\\\\'])('sends sixteen megabytes of %s, and nobody waits', async (escaped) => {
    const { code } = await post(plane.request(), '/import', files(escaped, MOST));
    // It was parsed, and its content is too long.
    expect(code).toBe('invalid_request');
    expect(watch.blockedMs).toBeLessThan(MAX_BLOCKED_MS);
  });

  it('sends an object of many keys, and nobody waits', async () => {
    const content = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`k${index}`, '"'.repeat(20)]),
    );
    const path = '/services/shop/documents/base/preview';
    expect((await post(viewer, path, JSON.stringify({ content }))).status).toBe(200);
    expect(watch.blockedMs).toBeLessThan(MAX_BLOCKED_MS);
  });

  it('sends so much at once and no more, and then as much again', async () => {
    const body = files('x', MOST);
    const send = async () => (await post(plane.request(), '/import', body)).status;
    const statuses = await Promise.all(Array.from({ length: 6 }, send));
    expect(statuses).toContain(503);
    const served = statuses.filter((status) => status !== 503);
    expect(served.length).toBeGreaterThanOrEqual(2);
    for (let turn = 0; turn < 4; turn++) expect(await send()).toBe(served[0]);
  });
});
