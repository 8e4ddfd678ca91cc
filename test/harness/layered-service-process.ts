import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConfigEvent, createAgent, inRange, matches, oneOf, rule } from '@binnacle/agent';

/**
 * A web service that links the SDK with all of its layers, configured as a person would: a file, variables that begin with
 * `SHOP_`, and `--set`. Says its port on the first line of its output.
 */
const { PLANE_URL: url, PLANE_TOKEN: token, CONFIG_FILE: path = '' } = process.env;
const agent = createAgent({
  service: 'shop',
  environment: 'prod',
  url,
  token,
  instance: { id: 'layered' },
  cacheDir: false,
  heartbeatMs: 200,
  defaults: { pool: { max: 1, min: 0 }, mode: 'fast', greeting: 'from the code' },
  file: { path, pollMs: 20 },
  environmentVariables: { prefix: 'SHOP_' },
  commandLine: process.argv,
  secretKeys: ['db.password'],
  validate: [
    rule('pool.max', inRange({ min: 1, max: 50 })),
    rule('mode', oneOf('fast', 'safe')),
    rule('db.password', matches(/^canary-/)),
  ],
});
const events: ConfigEvent[] = [];
const changes: unknown[] = [];
agent.config.onEvent((event) => events.push(event));
agent.config.onChange('', ({ changedKeys }) => changes.push(changedKeys));
await agent.ready();
agent.lifecycle.set('ready');

/** Requests that wait until another one lets them go on. */
const waiting = new Set<() => void>();

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const key = searchParams.get('key') ?? '';
  const snapshot = agent.config.snapshot();
  const before = snapshot.get('greeting', '');
  if (pathname === '/hold') await new Promise<void>((resolve) => waiting.add(resolve));
  if (pathname === '/release') for (const release of waiting) release();
  const after = snapshot.get('greeting', '');
  const answer = {
    value: agent.config.get(key) ?? null,
    explanation: agent.config.explain(key) ?? null,
    status: agent.config.status(),
    request: { before, after, live: agent.config.get('greeting', ''), held: waiting.size },
    events,
    changes,
  };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => {
  for (const release of waiting) release();
  server.close(() => void agent.close());
  server.closeIdleConnections();
});
