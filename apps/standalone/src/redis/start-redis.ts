import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { generatePassword, keepSecret } from '../data-directory/kept-secret.js';
import { findExecutable } from '../processes/find-executable.js';
import { findCommandLine } from '../processes/find-process.js';
import { findFreePort, findPortProblem } from '../processes/free-port.js';
import { readLastLines } from '../processes/log-file.js';
import {
  describeEnd,
  spawnServer,
  type ProcessEnd,
  type ServerProcess,
} from '../processes/server-process.js';
import { stopChild, stopForeignProcess, type StopStep } from '../processes/stop-process.js';
import { StartError } from '../start-error.js';
import { findRedisServer } from './find-redis-server.js';
import { pingRedis } from './ping-redis.js';

export type RedisServer = {
  url: string;
  pid: number;
  port: number;
  exited: Promise<ProcessEnd>;
  /** Writes its data down and ends. */
  stop(): Promise<void>;
};

export type StartRedisOptions = {
  /** Holds its password and its data; made when missing. */
  dataDir: string;
  logFile: string;
  /** A free one by default. */
  port?: number;
  /** Told when Redis has to be installed first. */
  print?: (line: string) => void;
  signal?: AbortSignal;
};

const startTimeoutMs = 60_000;
const stopSteps: readonly StopStep[] = [
  { signal: 'SIGTERM', graceMs: 20_000 },
  { signal: 'SIGKILL', graceMs: 10_000 },
];

/** Starts a Redis (or Valkey) of one's own on 127.0.0.1. */
export async function startRedis(options: StartRedisOptions): Promise<RedisServer> {
  const program = await findRedisServer({
    logFile: options.logFile,
    print: options.print ?? (() => undefined),
    signal: options.signal,
  });
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDirectory = realpathSync(options.dataDir);
  const pidFile = join(dataDirectory, 'redis.pid');
  const { secret: password } = keepSecret(join(dataDirectory, 'password'), generatePassword);
  await stopStaleRedis(pidFile);

  const setpriv = process.platform === 'linux' ? findExecutable(['setpriv']) : undefined;
  const command = [...(setpriv === undefined ? [] : [setpriv, '--pdeathsig=TERM']), program, '-'];
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const port = options.port ?? (await findFreePort());
    const [file = program, ...args] = command;
    const server = await spawnServer({
      command: [file, ...args],
      logFile: options.logFile,
      cwd: dataDirectory,
      input: redisConfiguration({ port, password, dataDirectory, pidFile }),
    });
    const failure = await waitUntilReady(server, port, password, deadline, options.signal);
    if (failure === undefined) {
      return {
        url: `redis://:${password}@127.0.0.1:${port}`,
        pid: server.pid,
        port,
        exited: server.exited,
        stop: async () => {
          await stopChild(server, stopSteps);
        },
      };
    }
    // somebody was faster on the port that was free a moment ago
    const wasTaken = options.port === undefined && (await findPortProblem(port)) === 'in use';
    if (wasTaken && performance.now() < deadline) continue;
    throw new StartError(`Redis did not start (${failure})`, { details: readLastLines(options.logFile, 5) });
  }
}

/** Goes in by standard input, so that the password shows in no process list. */
export function redisConfiguration(options: {
  port: number;
  password: string;
  dataDirectory: string;
  pidFile: string;
}): string {
  return [
    'bind 127.0.0.1',
    `port ${options.port}`,
    `requirepass ${options.password}`,
    `dir ${quote(options.dataDirectory)}`,
    `pidfile ${quote(options.pidFile)}`,
    'dbfilename dump.rdb',
    'appendonly no',
    // with save points there is also a snapshot at SIGTERM
    'save 3600 1 300 100 60 10000',
    // what it holds can be rebuilt: a full disk must not stop writes
    'stop-writes-on-bgsave-error no',
    // queues must never lose keys to memory pressure
    'maxmemory-policy noeviction',
    'daemonize no',
    '',
  ].join('\n');
}

/** Between double quotes Redis knows backslash escapes. */
function quote(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Stops the server that an earlier, killed process left running on this directory. */
async function stopStaleRedis(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (!Number.isSafeInteger(pid) || pid <= 0) return;
  if (/\b(?:redis|valkey)-server\b/.test(findCommandLine(pid) ?? ''))
    await stopForeignProcess(pid, stopSteps);
}

/** Undefined when it is ready, or what happened instead. */
async function waitUntilReady(
  server: ServerProcess,
  port: number,
  password: string,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  let end: ProcessEnd | undefined;
  void server.exited.then((value) => (end = value));
  for (;;) {
    if (end !== undefined) return describeEnd(end);
    const outcome = await pingRedis(port, password, 1_000);
    if (outcome.kind === 'ready') return undefined;
    // somebody else may answer on that port for the moment until our server has given up on it
    if (signal?.aborted === true || performance.now() > deadline) {
      await stopChild(server, stopSteps);
      signal?.throwIfAborted();
      return outcome.kind === 'refused' ? outcome.reason : `not ready after ${startTimeoutMs / 1000} s`;
    }
    await delay(20);
  }
}
