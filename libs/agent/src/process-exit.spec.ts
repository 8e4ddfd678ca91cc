import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ScriptedPlane } from '../../../test/harness/scripted-plane.js';

const AGENT = new URL('./index.ts', import.meta.url).href;
const cleanUps: (() => Promise<unknown>)[] = [];
let cacheDir: string;

beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'binnacle-agent-'));
  await writeFile(join(cacheDir, 'shop.yaml'), 'b: 2');
});
afterAll(() => rm(cacheDir, { recursive: true }));
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Runs a service that ends without closing its agent, and gives what it printed once it has exited by itself. */
function runService(url: string, body: string): Promise<{ code: number; output: string; aliveMs: number }> {
  const source = `
    import { createAgent } from ${JSON.stringify(AGENT)};
    const agent = createAgent({
      url: ${JSON.stringify(url)}, token: 'secret', service: 'checkout', environment: 'prod',
      cacheDir: ${JSON.stringify(cacheDir)}, heartbeatMs: 100,
      file: { path: ${JSON.stringify(join(cacheDir, 'shop.yaml'))}, pollMs: 10 }, logger: { info() {}, warn() {}, error() {} },
    });
    const until = async (condition) => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    ${body}
    const endedMs = performance.now();
    process.on('exit', () => console.log(Math.round(performance.now() - endedMs)));
  `;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', source];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 20_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      resolve({ code, output: stdout + stderr, aliveMs: Number(stdout.trim().split('\n').at(-1)) });
    });
  });
}

it(
  'ends while connected, with a heartbeat, a check, a breaker and a push behind it',
  { timeout: 30_000 },
  async () => {
    const plane = await ScriptedPlane.start();
    cleanUps.push(() => plane.stop());
    plane.publish({ a: 1 }, 1);
    plane.pushBreaker({ name: 'payments', state: 'half_open', generation: 2 });
    const { code, output, aliveMs } = await runService(
      plane.url,
      `agent.health.addCheck('slow', () => new Promise(() => {}));
     agent.lifecycle.set('ready');
     const breaker = agent.breaker('payments');
     await agent.ready();
     await until(() => breaker.state === 'half_open');
     await breaker.call(() => 1, { fallback: () => 2 });`,
    );
    expect({ code, output }).toEqual({ code: 0, output: `${aliveMs}\n` });
    expect(aliveMs).toBeLessThan(1_000);
    expect(plane.applied).toHaveLength(1);
  },
);

it.each([
  ['refuses connections', async () => 'http://127.0.0.1:9'],
  ['accepts and never answers', async () => `http://127.0.0.1:${await listen()}`],
])('ends while the plane %s', { timeout: 30_000 }, async (_, url) => {
  const { code, output, aliveMs } = await runService(await url(), `await agent.ready({ timeoutMs: 200 });`);
  expect({ code, output }).toEqual({ code: 0, output: `${aliveMs}\n` });
  expect(aliveMs).toBeLessThan(1_000);
});

it('stays for a ready() and a close() that are awaited', { timeout: 30_000 }, async () => {
  const { code, output } = await runService(
    'http://127.0.0.1:9',
    `console.log((await agent.ready({ timeoutMs: 300 })).source);
     await agent.close();
     console.log('closed');`,
  );
  expect(code).toBe(0);
  expect(output).toMatch(/^(defaults|cache)\nclosed\n\d+\n$/);
});

async function listen(): Promise<number> {
  const server: Server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}
