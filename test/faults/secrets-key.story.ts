import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Agent, createAgent } from '@binnacle/agent';
import { eventually } from '../harness/eventually.js';
import { createToken, isProblem, type PlaneRequests, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const CONFIG = '/services/shop/environments/dev/config';
const SECRET = '/services/shop/environments/dev/secrets/p';
const newKey = () => randomBytes(32).toString('base64');
const firstKey = newKey();

let plane: Plane;
let admin: PlaneRequests;
let agent: Agent;
let token: string;

beforeAll(async () => {
  plane = await startPlane({ environment: { BINNACLE_SECRETS_KEY: `first:${firstKey}` } });
  admin = plane.request();
  await register(admin, 'shop');
  await admin.put(SECRET).send({ value: 'old' }).expect(200);
  await publish(admin, 'shop', 'dev', { plain: 1, db: { password: { $secret: 'p' } } });
  token = (await createToken(admin, 'agent')).token;
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const about = { service: 'shop', environment: 'dev', cacheDir: false, heartbeatMs: 300, logger } as const;
  agent = createAgent({ url: plane.api(0).url, token, ...about });
});
afterAll(async () => {
  await agent.close();
  await plane.stop();
});

const password = () => agent.config.secret('db.password')?.reveal();

async function restartWith(ring: string): Promise<void> {
  await plane.api(0).stop();
  await plane.api(0).start({ BINNACLE_SECRETS_KEY: ring });
}

async function failuresToOpen(): Promise<number> {
  const metrics = await (await fetch(`${plane.api(0).url}/metrics`)).text();
  return Number(/^binnacle_secrets_unopened_total (\d+)/m.exec(metrics)?.[1]);
}

it('a plane without its key gives no config out without its secrets, and all of it once it has the key', async () => {
  await eventually(() => expect(password()).toBe('old'));
  await restartWith(`other:${newKey()}`);
  await eventually(() => expect(agent.config.status().connected).toBe(true), { timeoutMs: 30_000 });
  await plane.request(0, token).get(CONFIG).expect(isProblem(503, 'secrets_unavailable'));
  // Who sees references only sees them as ever.
  await admin.get(CONFIG).expect(200);
  await admin.post(`${SECRET}/reveal`).send({}).expect(isProblem(503, 'secrets_unavailable'));
  await admin.put(SECRET).send({ value: 'new' }).expect(isProblem(503, 'secrets_unavailable'));
  await publish(admin, 'shop', 'dev', { plain: 2, db: { password: { $secret: 'p' } } });
  const before = await failuresToOpen();
  await eventually(async () => expect(await failuresToOpen()).toBeGreaterThan(before + 1));
  expect(agent.config.get('plain')).toBe(1);
  expect(password()).toBe('old');
  expect(agent.config.status().connected).toBe(true);
  expect(plane.api(0).logs.filter((line) => line.includes('withheld from agents'))).toHaveLength(1);

  await restartWith(`next:${newKey()},first:${firstKey}`);
  await eventually(() => expect(agent.config.get('plain')).toBe(2), { timeoutMs: 30_000 });
  expect(password()).toBe('old');
  await admin.put(SECRET).send({ value: 'new' }).expect(200);
  await eventually(() => expect(password()).toBe('new'));
});
