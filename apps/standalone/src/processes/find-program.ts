import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { StartError } from '../start-error.js';
import { findExecutable } from './find-executable.js';
import { openLog } from './log-file.js';

const installTimeoutMs = 300_000;

/** A program of this machine that Binnacle cannot bring along, and how package managers call it. */
export type Program = {
  title: string;
  /** Of its executable, on the PATH or as whole paths. */
  names: readonly string[];
  packages: { debian: string; fedora: string; alpine: string; arch: string; brew: readonly string[] };
  /** Said where no package manager is known. */
  otherwise: string;
  /** What else may be done, said after what to type. */
  instead?: string;
};

export type Installation = { say: string; commands: [string, ...string[]][]; env: Record<string, string> };

/** Finds a program on this machine. Installs it first where that needs no question. */
export async function findProgram(
  program: Program,
  options: { logFile: string; print: (line: string) => void; signal?: AbortSignal | undefined },
): Promise<string> {
  const found = findExecutable(program.names);
  if (found !== undefined) return found;

  const isRoot = process.getuid?.() === 0;
  const isThere = (name: string) => findExecutable([name]) !== undefined;
  const installation = chooseInstallation(program, isThere, isRoot);
  if (installation !== undefined) {
    options.print(
      `${program.title} is missing: installing it with ${installation.say}, which may take a minute`,
    );
    await install(installation, options.logFile, options.signal);
    const installed = findExecutable(program.names);
    if (installed !== undefined) return installed;
  }
  const remedy = howToInstall(program, isThere, isRoot);
  const instead = program.instead === undefined ? '' : `, ${program.instead}`;
  throw new StartError(
    installation === undefined
      ? `${program.title} is missing: ${remedy}${instead}`
      : `${program.title} could not be installed (see ${options.logFile}): ${remedy}${instead}`,
  );
}

export function chooseInstallation(
  { packages }: Program,
  isThere: (program: string) => boolean,
  isRoot: boolean,
): Installation | undefined {
  if (isRoot && isThere('apt-get')) {
    const installIt: [string, ...string[]] = [
      'apt-get',
      'install',
      '-y',
      '--no-install-recommends',
      packages.debian,
    ];
    // the package lists may be there already; only where they are not is the slow update needed
    return {
      say: 'apt-get',
      commands: [installIt, ['apt-get', 'update'], installIt],
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    };
  }
  if (!isRoot && isThere('brew')) {
    return {
      say: 'Homebrew',
      commands: [['brew', 'install', ...packages.brew]],
      env: { NONINTERACTIVE: '1', HOMEBREW_NO_AUTO_UPDATE: '1' },
    };
  }
  return undefined;
}

export function howToInstall(
  { packages, otherwise }: Program,
  isThere: (program: string) => boolean,
  isRoot: boolean,
): string {
  const ways = [
    ['apt-get', `apt-get install ${packages.debian}`],
    ['dnf', `dnf install ${packages.fedora}`],
    ['apk', `apk add ${packages.alpine}`],
    ['pacman', `pacman -S ${packages.arch}`],
  ] as const;
  const way = ways.find(([program]) => isThere(program));
  if (way !== undefined) return `type: ${isRoot ? '' : 'sudo '}${way[1]}`;
  return isThere('brew') ? `type: brew install ${packages.brew.join(' ')}` : otherwise;
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
