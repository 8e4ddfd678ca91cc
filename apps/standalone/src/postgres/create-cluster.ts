import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeEnd, serverEnvironment, type ProcessEnd } from '../processes/server-process.js';
import { StartError } from '../start-error.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { ServerAccount } from './server-account.js';

export const userName = 'binnacle';
export const databaseName = 'binnacle';

/** The initdb of a start that was killed may be writing its last files. */
const removeStubbornly = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/**
 * Makes the cluster with its database, unless it is there. It is made beside and renamed when whole: a kill in the
 * middle leaves nothing that a later start could take for a cluster.
 */
export async function createCluster(options: {
  clusterDirectory: string;
  passwordFile: string;
  binaries: PostgresBinaries;
  account: ServerAccount;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { clusterDirectory, passwordFile, binaries, account, signal } = options;
  if (existsSync(clusterDirectory)) return;

  const parent = dirname(clusterDirectory);
  const unfinishedPrefix = `${basename(clusterDirectory)}.unfinished-`;
  for (const name of readdirSync(parent)) {
    if (name.startsWith(unfinishedPrefix)) rmSync(join(parent, name), removeStubbornly);
  }

  const unfinished = mkdtempSync(join(parent, unfinishedPrefix));
  if (account.owner !== undefined) chownSync(unfinished, account.owner.uid, account.owner.gid);
  const run = (command: string, args: string[], input: string) =>
    runToEnd([...account.prefix, command, ...args], unfinished, input, signal);

  const initdbArguments = [
    `--pgdata=${unfinished}`,
    `--username=${userName}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // the builtin provider sorts and folds alike on every system, whatever locales it has
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ];
  await run(binaries.initdb, initdbArguments, '');
  await run(
    binaries.postgres,
    ['--single', '-D', unfinished, 'postgres'],
    `CREATE DATABASE ${databaseName};\n`,
  );
  renameSync(unfinished, clusterDirectory);
}

async function runToEnd(
  command: readonly string[],
  cwd: string,
  input: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [file = '', ...args] = command;
  // a group of its own: Ctrl-C in the terminal reaches it by the abort signal, once
  const child = spawn(file, args, {
    cwd,
    detached: true,
    env: serverEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    // an abort is an error too, but then the end is still to come
    child.once('error', (error) => child.pid === undefined && reject(error));
    child.once('close', (code, endSignal) => resolve({ code, signal: endSignal }));
  });
  child.stdin.on('error', () => undefined); // its exit tells
  child.stdin.end(input);
  const [end, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  signal?.throwIfAborted();
  // --single reports a failed statement and exits 0
  const failure = /^.*\b(?:ERROR|FATAL|PANIC|error|fatal):.*$/m.exec(`${errors}\n${output}`)?.[0];
  if (end.code === 0 && failure === undefined) return;
  throw new StartError(
    `PostgreSQL's data directory could not be made in ${cwd}: ${failure ?? `${basename(file)} ended with ${describeEnd(end)}`}`,
  );
}
