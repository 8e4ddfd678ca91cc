import { rmSync } from 'node:fs';
import { chooseCredentials } from './credentials.js';
import { lockDataDirectory } from './data-directory/data-directory-lock.js';
import { writePrivateFile } from './data-directory/kept-secret.js';
import { prepareDataDirectory, type DataDirectory } from './data-directory/prepare-data-directory.js';
import type { Environment } from './environment.js';
import { startPostgres } from './postgres/start-postgres.js';
import { findFreePort, findPortProblem } from './processes/free-port.js';
import { readLastLines } from './processes/log-file.js';
import { checkEnvironments } from './programs/check-environments.js';
import { NOT_STARTED, ProgramEnvironments } from './programs/program-environments.js';
import { startProgram } from './programs/start-program.js';
import { startRedis } from './redis/start-redis.js';
import { RunningParts } from './running-parts.js';
import { StartError } from './start-error.js';

export type StandaloneOptions = {
  environment: Environment;
  /** Handed on to the programs, under what is set for them here. */
  variables: NodeJS.ProcessEnv;
  /** The built entry files, and those that only say what is wrong with the environment. */
  scripts: { api: string; worker: string; checkApi: string; checkWorker: string };
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
  let forgetDatabaseUrl = () => {};
  let lock: { release(): void } | undefined;
  let exitCode = 0;
  try {
    const directory = prepareDataDirectory(environment.dataDirectory);
    lock = lockDataDirectory(directory.root);
    forgetDatabaseUrl = () => rmSync(directory.databaseUrlFile, { force: true });
    // of one that was killed
    forgetDatabaseUrl();
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
    forgetDatabaseUrl();
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
  const credentials = chooseCredentials(environment, directory);
  const environments = new ProgramEnvironments({ ...options, port, credentials });
  await checkEnvironments(
    [
      { script: options.scripts.checkApi, environment: environments.api(NOT_STARTED) },
      { script: options.scripts.checkWorker, environment: environments.worker(NOT_STARTED) },
    ],
    signal,
  );
  credentials.keep();

  let { databaseUrl, redisUrl } = environment;
  if (databaseUrl === undefined) {
    print('starting PostgreSQL …');
    const logFile = directory.logFile('postgres');
    const server = await startPostgres({ dataDir: directory.postgres, logFile, signal });
    parts.addLayer({ ...server, name: 'PostgreSQL', lastLines: () => readLastLines(logFile, 10) });
    databaseUrl = server.url;
    writePrivateFile(directory.databaseUrlFile, databaseUrl);
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
  const addresses = { databaseUrl, redisUrl, workerPort };
  const programs = [
    {
      name: 'api',
      script: options.scripts.api,
      readyPort: port,
      programEnvironment: environments.api(addresses),
    },
    {
      name: 'worker',
      script: options.scripts.worker,
      readyPort: workerPort,
      programEnvironment: environments.worker(addresses),
    },
  ];
  const layer = parts.addLayer();
  const waits: (() => Promise<void>)[] = [];
  for (const { name, script, readyPort, programEnvironment } of programs) {
    const program = await startProgram({
      name,
      script,
      environment: programEnvironment,
      readyUrl: `http://127.0.0.1:${readyPort}/readyz`,
      logFile: directory.logFile(name),
      print,
      shutdownTimeoutMs: environment.shutdownTimeoutMs,
      signal,
    });
    layer.push({ ...program, name });
    waits.push(program.ready);
  }
  await Promise.race([Promise.all(waits.map((ready) => ready())), parts.failOnUnaskedEnd()]);

  print(`Binnacle listens on http://localhost:${port}: the console there, the API's reference at /api/docs`);
  credentials.describe().forEach((line) => print(line));
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
