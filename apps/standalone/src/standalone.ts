import { randomBytes } from 'node:crypto';
import { lockDataDirectory } from './data-directory/data-directory-lock.js';
import { generatePassword, keepSecret } from './data-directory/kept-secret.js';
import { prepareDataDirectory, type DataDirectory } from './data-directory/prepare-data-directory.js';
import type { Environment } from './environment.js';
import { startPostgres } from './postgres/start-postgres.js';
import { findFreePort, findPortProblem } from './processes/free-port.js';
import { readLastLines } from './processes/log-file.js';
import { startProgram } from './programs/start-program.js';
import { startRedis } from './redis/start-redis.js';
import { RunningParts } from './running-parts.js';
import { StartError } from './start-error.js';

export type StandaloneOptions = {
  environment: Environment;
  /** Handed on to the programs, under what is set for them here. */
  variables: NodeJS.ProcessEnv;
  /** The built entry files. */
  scripts: { api: string; worker: string };
  print: (line: string) => void;
  printError: (line: string) => void;
  /** Aborted by the request to stop. */
  stopSignal: AbortSignal;
  /** Aborted when whoever asked has lost patience. */
  killSignal: AbortSignal;
};

/** Runs the whole of Binnacle until it is asked to stop or a part of it ends. Resolves to the exit code. */
export async function runStandalone(options: StandaloneOptions): Promise<number> {
  const { environment, print, printError, stopSignal, killSignal } = options;
  const parts = new RunningParts();
  let lock: { release(): void } | undefined;
  let exitCode = 0;
  try {
    const directory = prepareDataDirectory(environment.dataDirectory);
    lock = lockDataDirectory(directory.root);
    const port = await choosePort(environment.port);
    await startParts(options, port, directory, parts);
    await Promise.race([parts.failOnUnaskedEnd(), aborted(stopSignal)]);
  } catch (error) {
    // whatever fails in a start that is being called off, fails because of that
    if (!stopSignal.aborted) {
      if (!(error instanceof StartError)) throw error;
      exitCode = 1;
      printError(`binnacle: ${error.message}`);
      error.details.forEach((line) => printError(line));
    }
  } finally {
    if (!parts.isEmpty) print('stopping …');
    const problems = await Promise.race([parts.stop(), aborted(killSignal)]);
    if (problems === undefined) {
      await parts.kill();
      printError('binnacle: killed before everything had stopped');
    }
    problems?.forEach((problem) => printError(`binnacle: ${problem}`));
    if (problems?.length !== 0) exitCode = 1;
    lock?.release();
  }
  if (exitCode === 0) print('stopped');
  return exitCode;
}

async function startParts(
  options: StandaloneOptions,
  port: number,
  directory: DataDirectory,
  parts: RunningParts,
): Promise<void> {
  const { environment, print, stopSignal: signal } = options;
  print(`Binnacle keeps its data in ${directory.root}`);
  const secretsKey =
    environment.secretsKey ??
    keepSecret(directory.secretsKeyFile, () => randomBytes(32).toString('base64')).secret;
  const keptToken =
    environment.adminToken === undefined
      ? keepSecret(directory.adminTokenFile, () => `bnk_${randomBytes(32).toString('base64url')}`)
      : undefined;
  const keptPassword =
    environment.firstAdminPassword === undefined
      ? keepSecret(directory.firstAdminPasswordFile, generatePassword)
      : undefined;

  let { databaseUrl, redisUrl } = environment;
  if (databaseUrl === undefined) {
    print('starting PostgreSQL …');
    const logFile = directory.logFile('postgres');
    const server = await startPostgres({ dataDir: directory.postgres, logFile, signal });
    parts.addLayer({ ...server, name: 'PostgreSQL', lastLines: () => readLastLines(logFile, 10) });
    databaseUrl = server.url;
  }
  signal.throwIfAborted();
  if (redisUrl === undefined) {
    print('starting Redis …');
    const logFile = directory.logFile('redis');
    const server = await startRedis({ dataDir: directory.redis, logFile, print, signal });
    parts.addLayer({ ...server, name: 'Redis', lastLines: () => readLastLines(logFile, 10) });
    redisUrl = server.url;
  }
  signal.throwIfAborted();

  print('starting the API and the worker …');
  const workerPort = await findFreePort();
  const { shutdownTimeoutMs } = environment;
  const programEnvironment = {
    ...options.variables,
    BINNACLE_STANDALONE: '1',
    BINNACLE_PORT: String(port),
    BINNACLE_WORKER_PORT: String(workerPort),
    BINNACLE_DATABASE_URL: databaseUrl,
    BINNACLE_REDIS_URL: redisUrl,
    BINNACLE_SHUTDOWN_TIMEOUT_MS: String(shutdownTimeoutMs),
  };
  // The worker needs none of these; what the caller's environment has of them does not reach it either.
  const secrets = {
    BINNACLE_ADMIN_TOKEN: environment.adminToken ?? keptToken?.secret,
    BINNACLE_FIRST_ADMIN_EMAIL: environment.firstAdminEmail,
    BINNACLE_FIRST_ADMIN_PASSWORD: environment.firstAdminPassword ?? keptPassword?.secret,
    BINNACLE_SECRETS_KEY: secretsKey,
  };
  const none = Object.fromEntries(Object.keys(secrets).map((variable) => [variable, undefined]));
  const programs = [
    { name: 'api', script: options.scripts.api, readyPort: port, secrets },
    { name: 'worker', script: options.scripts.worker, readyPort: workerPort, secrets: none },
  ];
  const layer = parts.addLayer();
  const waits: (() => Promise<void>)[] = [];
  for (const { name, script, readyPort, secrets: own } of programs) {
    const program = await startProgram({
      name,
      script,
      environment: { ...programEnvironment, ...own },
      readyUrl: `http://127.0.0.1:${readyPort}/readyz`,
      logFile: directory.logFile(name),
      print,
      shutdownTimeoutMs,
      signal,
    });
    layer.push({ ...program, name });
    waits.push(program.ready);
  }
  await Promise.race([Promise.all(waits.map((ready) => ready())), parts.failOnUnaskedEnd()]);

  print(`Binnacle listens on http://localhost:${port}, with its reference at /api/docs`);
  if (keptToken?.isNew === true) print(`the first admin token, printed only this once: ${keptToken.secret}`);
  if (keptToken !== undefined) print(`the admin token is kept in ${directory.adminTokenFile}`);
  if (keptPassword?.isNew === true)
    print(
      `sign in as ${environment.firstAdminEmail}, with a password printed only this once: ${keptPassword.secret}`,
    );
  if (keptPassword !== undefined)
    print(`the password that it began with is kept in ${directory.firstAdminPasswordFile}`);
}

async function choosePort(port: number): Promise<number> {
  if (port === 0) return findFreePort();
  const problem = await findPortProblem(port);
  if (problem === undefined) return port;
  throw new StartError(
    problem === 'in use'
      ? `port ${port} is in use: stop what listens there or set BINNACLE_PORT`
      : `this user may not listen on port ${port}: set BINNACLE_PORT`,
  );
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
