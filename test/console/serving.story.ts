import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ConsoleBrowser } from '../harness/console/console-browser.js';
import { isProblem } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let plane: Plane;
let browser: ConsoleBrowser;

beforeAll(async () => {
  [plane, browser] = await Promise.all([startPlane(), ConsoleBrowser.launch()]);
});
afterEach(() => browser.closePages());
afterAll(async () => {
  await browser?.close();
  await plane?.stop();
});

const ask = (path: string, headers: Record<string, string> = HTML, method = 'GET') =>
  fetch(`${plane.api(0).url}${path}`, { method, headers });

it.each(['/', '/services', '/services/orders/documents/base?tab=history', '/no/such/page', '/apiary'])(
  '%s is the page, under a policy of its own and kept by nobody',
  async (path) => {
    const [one, other] = [await ask(path), await ask(path)];
    expect(one.status).toBe(200);
    expect(one.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect(one.headers.get('x-frame-options')).toBe('DENY');
    const policy = one.headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe/);
    expect(nonce).toMatch(/^[\w+/]{24}$/);
    const text = await one.text();
    expect(text).toContain(nonce);
    expect(text).not.toContain('__CSP_NONCE__');
    expect(await other.text()).not.toContain(nonce);
  },
);

it.each([
  ['/api', HTML],
  ['/api/v1/nothing', HTML],
  ['/assets/gone.js', HTML],
  ['/services', { accept: 'application/json' }],
  ['/services', { accept: '*/*' }],
])('%s for %o is told as what it is: nothing', async (path, headers) => {
  const answer = await ask(path, headers);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

it('what answers to others goes on doing so, also when a browser asks', async () => {
  for (const path of ['/livez', '/readyz', '/metrics', '/api/openapi.json', '/api/docs/'])
    expect(`${path} ${(await ask(path)).status}`).toBe(`${path} 200`);
  await plane.request().get('/services/nobody').set(HTML).expect(isProblem(404, 'not_found'));
  expect((await ask('/services', HTML, 'POST')).status).toBe(404);
  expect((await ask('/services', HTML, 'HEAD')).status).toBe(200);
});

it('files are small on the wire, kept for ever under names that change, and no other can be had', async () => {
  const page = await (await ask('/')).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
  for (const encoding of ['br', 'gzip']) {
    const answer = await ask(script, { 'accept-encoding': encoding });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(answer.headers.get('content-type')).toContain('javascript');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    await answer.arrayBuffer();
  }
  const icon = await ask('/favicon.svg', {});
  expect(icon.headers.get('cache-control')).toBe('no-cache');
  for (const path of [
    '/index.html',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/index.html',
    `${script}.br`,
  ])
    expect(`${path} ${(await ask(path, {})).status}`).toBe(`${path} 404`);
});

it('a browser keeps the cookie of a session over http on localhost, and finds nothing to complain of', async () => {
  const page = await browser.open({ url: plane.api(0).url });
  await page.goto('/services');
  await page.page.waitForURL(/\/sign-in/);
  expect(await page.violations()).toEqual([]);
});
