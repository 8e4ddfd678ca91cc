import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { findExecutable } from '../processes/find-executable.js';
import { openLog } from '../processes/log-file.js';
import { StartError } from '../start-error.js';

const programs = ['redis-server', 'valkey-server'] as const;
const installTimeoutMs = 180_000;

type Installation = { say: string; commands: [string, ...string[]][]; env: Record<string, string> };

/** The Redis (or Valkey) of this machine. Installs it first where that needs no question. */
export async function findRedisServer(options: {
  logFile: string;
  print: (line: string) => void;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const found = findExecutable(programs);
  if (found !== undefined) return found;

  const isRoot = process.getuid?.() === 0;
  const installation = chooseInstallation((name) => findExecutable([name]) !== undefined, isRoot);
  if (installation !== undefined) {
    options.print(`Redis is missing: installing it with ${installation.say}, which may take a minute`);
    await install(installation, options.logFile, options.signal);
    const installed = findExecutable(programs);
    if (installed !== undefined) return installed;
  }
  const remedy = howToInstall((name) => findExecutable([name]) !== undefined, isRoot);
  throw new StartError(
    installation === undefined
      ? `Redis is missing: ${remedy}, or set REDIS_URL`
      : `Redis could not be installed (see ${options.logFile}): ${remedy}, or set REDIS_URL`,
  );
}

export function chooseInstallation(
  isThere: (program: string) => boolean,
  isRoot: boolean,
): Installation | undefined {
  if (isRoot && isThere('apt-get')) {
    const installRedis: [string, ...string[]] = [
      'apt-get',
      'install',
      '-y',
      '--no-install-recommends',
      'redis-server',
    ];
    // the package lists may be there already; only where they are not is the slow update needed
    return {
      say: 'apt-get',
      commands: [installRedis, ['apt-get', 'update'], installRedis],
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    };
  }
  if (!isRoot && isThere('brew')) {
    return {
      say: 'Homebrew',
      commands: [['brew', 'install', 'redis']],
      env: { NONINTERACTIVE: '1', HOMEBREW_NO_AUTO_UPDATE: '1' },
    };
  }
  return undefined;
}

export function howToInstall(isThere: (program: string) => boolean, isRoot: boolean): string {
  const ways = [
    ['apt-get', 'apt-get install redis-server'],
    ['dnf', 'dnf install valkey'],
    ['apk', 'apk add redis'],
    ['pacman', 'pacman -S valkey'],
  ] as const;
  const way = ways.find(([program]) => isThere(program));
  if (way !== undefined) return `type: ${isRoot ? '' : 'sudo '}${way[1]}`;
  return isThere('brew') ? 'type: brew install redis' : 'install redis-server (7 or later)';
}

/** Goes through the commands until one that installs has succeeded. */
async function install(
  installation: Installation,
  logFile: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const timeLimit = AbortSignal.timeout(installTimeoutMs);
  const stop = signal === undefined ? timeLimit : AbortSignal.any([signal, timeLimit]);
  for (const command of installation.commands) {
    const succeeded = await run(command, installation.env, logFile, stop);
    signal?.throwIfAborted();
    if (timeLimit.aborted || (succeeded && command.includes('install'))) return;
  }
}

function run(
  [file, ...args]: [string, ...string[]],
  env: Record<string, string>,
  logFile: string,
  signal: AbortSignal,
): Promise<boolean> {
  const log = openLog(logFile);
  const child = spawn(file, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env }, signal });
  closeSync(log);
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
