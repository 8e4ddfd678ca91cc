import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { generatePassword, keepSecret } from '../data-directory/kept-secret.js';
import { findFreePort, findPortProblem } from '../processes/free-port.js';
import { readLastLines } from '../processes/log-file.js';
import {
  describeEnd,
  spawnServer,
  type ProcessEnd,
  type ServerProcess,
} from '../processes/server-process.js';
import { stopChild } from '../processes/stop-process.js';
import { StartError } from '../start-error.js';
import { createCluster, databaseName, userName } from './create-cluster.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { readPostmasterFile, stopStalePostmaster } from './postmaster-file.js';
import { chooseServerAccount } from './server-account.js';

export type PostgresServer = {
  /** Of the database `binnacle`, as its owner and superuser. */
  url: string;
  pid: number;
  port: number;
  exited: Promise<ProcessEnd>;
  /** Disconnects its clients, writes everything down and ends. */
  stop(): Promise<void>;
};

export type StartPostgresOptions = {
  /** Holds the cluster and its password; made when missing. */
  dataDir: string;
  logFile: string;
  /** A free one by default. */
  port?: number;
  /** Server settings over ours, such as `{ fsync: 'off' }`. */
  settings?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
};

/** Crash recovery of a full write-ahead log on a slow disk stays well below it. */
const startTimeoutMs = 120_000;

const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  jit: 'off',
  lc_messages: 'C',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

/** Starts a PostgreSQL of one's own on 127.0.0.1, and makes its cluster first where there is none. */
export async function startPostgres(options: StartPostgresOptions): Promise<PostgresServer> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDirectory = realpathSync(options.dataDir);
  const clusterDirectory = join(dataDirectory, 'cluster');
  const passwordFile = join(dataDirectory, 'password');

  const binaries = await findPostgresBinaries();
  const account = chooseServerAccount(clusterDirectory, binaries);
  const { secret: password } = keepSecret(passwordFile, generatePassword);
  await createCluster({ clusterDirectory, passwordFile, binaries, account, signal: options.signal });
  await stopStalePostmaster(clusterDirectory);

  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const port = options.port ?? (await findFreePort());
    const settings = { ...defaultSettings, ...options.settings, port: String(port) };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [program = binaries.postgres, ...rest] = [...account.prefix, binaries.postgres];
    const server = await spawnServer({
      command: [program, ...rest, '-D', clusterDirectory, ...flags],
      logFile: options.logFile,
      cwd: clusterDirectory,
    });
    const end = await waitUntilReady(server, clusterDirectory, deadline, options.signal);
    if (end === undefined) {
      return {
        url: `postgresql://${userName}:${password}@127.0.0.1:${port}/${databaseName}`,
        pid: server.pid,
        port,
        exited: server.exited,
        stop: () => stopPostgres(server),
      };
    }
    const lastLines = readLastLines(options.logFile, 5);
    if (performance.now() < deadline && (await mayTryAgain(options, port, lastLines))) continue;
    throw new StartError(`PostgreSQL did not start (${describeEnd(end)})`, { details: lastLines });
  }
}

async function stopPostgres(server: ServerProcess): Promise<void> {
  await stopChild(server, [
    { signal: 'SIGINT', graceMs: 20_000 },
    { signal: 'SIGQUIT', graceMs: 10_000 },
    { signal: 'SIGKILL', graceMs: 10_000 },
  ]);
}

/** Undefined when it is ready, or how it ended instead. */
async function waitUntilReady(
  server: ServerProcess,
  clusterDirectory: string,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<ProcessEnd | undefined> {
  let end: ProcessEnd | undefined;
  void server.exited.then((value) => (end = value));
  for (;;) {
    if (end !== undefined) return end;
    const file = readPostmasterFile(clusterDirectory);
    if (file?.pid === server.pid && file.isReady) return undefined;
    if (signal?.aborted === true || performance.now() > deadline) {
      await stopPostgres(server);
      signal?.throwIfAborted();
      throw new StartError(`PostgreSQL was not ready after ${startTimeoutMs / 1000} s`);
    }
    await delay(20);
  }
}

async function mayTryAgain(
  options: StartPostgresOptions,
  port: number,
  lastLines: string[],
): Promise<boolean> {
  // backends of a postmaster that was killed hard take a moment to notice
  if (lastLines.some((line) => line.includes('pre-existing shared memory block'))) {
    await delay(200);
    return true;
  }
  // somebody was faster on the port that was free a moment ago
  return options.port === undefined && (await findPortProblem(port)) === 'in use';
}
