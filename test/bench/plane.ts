import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPostgres, startRedis } from '@binnacle/standalone';
import { RestClient } from './rest-client.ts';

const API = fileURLToPath(new URL('../../apps/api/dist/main.js', import.meta.url));
const START_TIMEOUT_MS = 30_000;

export interface Api {
  readonly pid: number;
  readonly port: number;
  /** Where its inspector listens once SIGUSR1 has opened it. */
  readonly inspectPort: number;
  readonly rest: RestClient;
  stop(): Promise<void>;
}

/** A whole control plane of one's own: PostgreSQL, Redis and API processes on 127.0.0.1, its data in a temporary place. */
export interface Plane {
  readonly databaseUrl: string;
  readonly token: string;
  /** A person who may sign in. */
  readonly person: { readonly email: string; readonly password: string };
  /** With these environment variables beside its own. */
  startApi(also?: Readonly<Record<string, string>>): Promise<Api>;
  /** For good. */
  stopRedis(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPlane(): Promise<Plane> {
  const directory = mkdtempSync(join(tmpdir(), 'binnacle-bench-'));
  const token = randomBytes(24).toString('base64url');
  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir: join(directory, 'postgres'), logFile: join(directory, 'postgres.log') }),
    startRedis({ dataDir: join(directory, 'redis'), logFile: join(directory, 'redis.log') }),
  ]);
  const apis: Api[] = [];
  const person = { email: 'bench@example.com', password: randomBytes(18).toString('base64url') };
  const secretsKey = randomBytes(32).toString('base64');
  return {
    databaseUrl: postgres.url,
    token,
    person,
    stopRedis: () => redis.stop(),
    async startApi(also = {}) {
      const variables = {
        ...also,
        BINNACLE_DATABASE_URL: postgres.url,
        BINNACLE_REDIS_URL: redis.url,
        BINNACLE_ADMIN_TOKEN: token,
        BINNACLE_SECRETS_KEY: secretsKey,
        // All of a bench's clients share one address and one token. What is counted costs the same without a limit.
        BINNACLE_RATE_PER_ADDRESS: '0',
        BINNACLE_RATE_PER_TOKEN: '0',
        BINNACLE_RATE_PER_ACCOUNT: '0',
        BINNACLE_MAX_PENDING_SOCKETS_PER_ADDRESS: '0',
        BINNACLE_MAX_UNKNOWN_CONNECTIONS_PER_ADDRESS: '0',
        BINNACLE_FIRST_ADMIN_EMAIL: person.email,
        BINNACLE_FIRST_ADMIN_PASSWORD: person.password,
      };
      const api = await startApi(variables, join(directory, `api-${apis.length}.log`));
      apis.push(api);
      return api;
    },
    async stop() {
      await Promise.all(apis.map((api) => api.stop()));
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(directory, { recursive: true });
    },
  };
}

async function startApi(variables: Record<string, string>, logFile: string): Promise<Api> {
  const [port, inspectPort] = [await findFreePort(), await findFreePort()];
  const log = openSync(logFile, 'a');
  const process_ = spawn(process.execPath, [`--inspect-port=127.0.0.1:${inspectPort}`, API], {
    env: {
      PATH: process.env['PATH'],
      ...variables,
      BINNACLE_HOST: '127.0.0.1',
      BINNACLE_PORT: String(port),
      BINNACLE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = once(process_, 'exit');
  await waitUntilReady(process_, port, logFile);
  const rest = new RestClient(port, variables['BINNACLE_ADMIN_TOKEN'] ?? '');
  return {
    pid: process_.pid ?? 0,
    port,
    inspectPort,
    rest,
    async stop() {
      rest.close();
      process_.kill('SIGTERM');
      await exited;
    },
  };
}

async function waitUntilReady(child: ChildProcess, port: number, logFile: string): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    if (child.exitCode !== null || performance.now() > deadlineMs)
      throw new Error(`The API did not start:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
    await delay(50);
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
