import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';
import { findFreePort } from './free-port.js';
import { OwnServer } from './own-server.js';
import { PlaneProcess } from './plane-process.js';
import { type PlaneRequests, requestsTo } from './request.js';
import { StoryDatabase } from './story-database.js';

const API_SCRIPT = scriptOf('api');
const WORKER_SCRIPT = scriptOf('worker');

export interface PlaneOptions {
  /** Default 1. */
  readonly apis?: number;
  /** Default 0. */
  readonly workers?: number;
  /** A PostgreSQL of its own, for stories that restart it. */
  readonly ownPostgres?: boolean;
  /** Over what the harness sets. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A whole control plane of real processes, on a database and a Redis of its own. */
export interface Plane {
  readonly apis: readonly PlaneProcess[];
  readonly workers: readonly PlaneProcess[];
  readonly database: StoryDatabase;
  readonly redis: OwnServer;
  /** Undefined unless the story asked for its own. */
  readonly postgres: OwnServer | undefined;
  readonly adminToken: string;
  api(index: number): PlaneProcess;
  /** Requests to one API process, as administrator unless another token is given. */
  request(index?: number, token?: string): PlaneRequests;
  /** Ends all of it; rejects when a process that runs does not stop in time with exit code 0. */
  stop(): Promise<void>;
}

const started = new Set<Plane>();

afterEach(({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const plane of started) {
    for (const { name, logs } of [...plane.apis, ...plane.workers]) {
      const lines = logs.slice(-60).join('\n');
      process.stderr.write(`--- ${name} during "${task.name}" ---\n${lines}\n`);
    }
  }
});

export async function startPlane(options: PlaneOptions = {}): Promise<Plane> {
  const { apis: apiCount = 1, workers: workerCount = 0, ownPostgres = false } = options;
  const [redis, postgres] = await Promise.all([
    OwnServer.redis(),
    ownPostgres ? OwnServer.postgres() : undefined,
  ]);
  const database = postgres === undefined ? await StoryDatabase.create() : StoryDatabase.at(postgres.url);
  const adminToken = `story-admin-${randomBytes(12).toString('hex')}`;
  const secretsKey = randomBytes(32).toString('base64');
  const environment = {
    BINNACLE_HOST: '127.0.0.1',
    BINNACLE_DATABASE_URL: database.url,
    BINNACLE_REDIS_URL: redis.url,
    BINNACLE_LOG_LEVEL: 'warn',
    BINNACLE_SHUTDOWN_TIMEOUT_MS: '10000',
    // All of a story's clients share one address, and many of them are meant to be refused.
    BINNACLE_FAILURES_PER_ADDRESS: '0',
    ...options.environment,
  };
  const ports = await Promise.all(Array.from({ length: apiCount + workerCount }, findFreePort));
  const processOf = (kind: 'api' | 'worker', index: number, port: number) =>
    new PlaneProcess({
      name: `${kind}-${index}`,
      script: kind === 'api' ? API_SCRIPT : WORKER_SCRIPT,
      port,
      environment:
        kind === 'api'
          ? {
              BINNACLE_SECRETS_KEY: secretsKey,
              BINNACLE_ADMIN_TOKEN: adminToken,
              ...environment,
              BINNACLE_PORT: String(port),
            }
          : { ...environment, BINNACLE_WORKER_PORT: String(port) },
    });
  const apis = ports.slice(0, apiCount).map((port, index) => processOf('api', index, port));
  const workers = ports.slice(apiCount).map((port, index) => processOf('worker', index, port));
  const api = (index: number): PlaneProcess => {
    const found = apis[index];
    if (found === undefined) throw new RangeError(`this plane has ${apis.length} API processes`);
    return found;
  };
  const plane: Plane = {
    apis,
    workers,
    database,
    redis,
    postgres,
    adminToken,
    api,
    request: (index = 0, token = adminToken) => requestsTo(api(index).url, token),
    async stop() {
      started.delete(plane);
      const stops = await Promise.allSettled([...apis, ...workers].map((part) => part.stop()));
      await database.close();
      await Promise.all([redis.stop(), postgres?.stop()]);
      const failed = stops.filter((stop) => stop.status === 'rejected');
      if (failed.length > 0)
        throw new AggregateError(
          failed.map(({ reason }) => reason),
          String(failed[0]?.reason),
        );
    },
  };
  started.add(plane);
  try {
    await Promise.all([...apis, ...workers].map((part) => part.start()));
  } catch (error) {
    await Promise.allSettled([...apis, ...workers].map((part) => part.kill()));
    await plane.stop();
    throw error;
  }
  return plane;
}

function scriptOf(app: string): string {
  return fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
}
