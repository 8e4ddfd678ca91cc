import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { findExecutable } from '../processes/find-executable.js';
import { StartError } from '../start-error.js';
import type { PostgresBinaries } from './postgres-binaries.js';

/** Who the server runs as. */
export type ServerAccount = {
  /** Put before every command of the server. */
  prefix: readonly string[];
  /** Owner of the cluster's files, when that is not this process's user. */
  owner: { uid: number; gid: number } | undefined;
};

/**
 * PostgreSQL refuses to run as root, and another user cannot pass the directories that only root may enter, where a
 * checkout or a data directory often lies. So for root the server runs under another uid that keeps one capability,
 * CAP_DAC_OVERRIDE. `no_setuid_fixup` makes `access(2)`, by which initdb looks for its own files, count it as well.
 *
 * Where setpriv is there, the server is also asked to end (once its clients have left) when this process is killed.
 */
export function chooseServerAccount(clusterDirectory: string, binaries: PostgresBinaries): ServerAccount {
  const account = process.getuid?.() === 0 ? accountForRoot(clusterDirectory) : accountForUser();
  try {
    execFileSync(
      account.prefix[0] ?? binaries.postgres,
      [...account.prefix, binaries.postgres, '--version'].slice(1),
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
  } catch (error) {
    const reason = firstLine(error);
    throw new StartError(
      account.owner === undefined
        ? `PostgreSQL's program does not run here (${reason}): set DATABASE_URL to a PostgreSQL of your own`
        : `PostgreSQL does not run as root, and cannot be given another user here (${reason}): start Binnacle as an ordinary user, or set DATABASE_URL`,
      { cause: error },
    );
  }
  return account;
}

function accountForUser(): ServerAccount {
  const setpriv = process.platform === 'linux' ? findExecutable(['setpriv']) : undefined;
  return { prefix: setpriv === undefined ? [] : [setpriv, '--pdeathsig=TERM'], owner: undefined };
}

function accountForRoot(clusterDirectory: string): ServerAccount {
  const setpriv = process.platform === 'linux' ? findExecutable(['setpriv']) : undefined;
  if (setpriv === undefined) {
    const remedy =
      process.platform === 'linux' ? 'install util-linux (it brings setpriv), or start' : 'start';
    throw new StartError(
      `PostgreSQL does not run as root: ${remedy} Binnacle as an ordinary user, or set DATABASE_URL`,
    );
  }
  const owner = findOwner(clusterDirectory) ?? findServiceUser(readFileSync('/etc/passwd', 'utf8'));
  return {
    owner,
    prefix: [
      setpriv,
      '--pdeathsig=TERM',
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      '--clear-groups',
      '--securebits=+no_setuid_fixup',
      '--inh-caps=-all,+dac_override',
      '--ambient-caps=+dac_override',
    ],
  };
}

/** An existing cluster stays with whom it was made for, say by an earlier start as an ordinary user. */
function findOwner(clusterDirectory: string): { uid: number; gid: number } | undefined {
  const status = statSync(clusterDirectory, { throwIfNoEntry: false });
  return status === undefined ? undefined : { uid: status.uid, gid: status.gid };
}

/** initdb looks its user up by name, so it must be one that the system knows. */
export function findServiceUser(passwd: string): { uid: number; gid: number } {
  const users = passwd.split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((fields) => fields[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new StartError(
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody": start Binnacle as an ordinary user, or set DATABASE_URL',
  );
}

function firstLine(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const text = stderr === '' ? String(error) : stderr;
  return text.split('\n')[0] ?? text;
}
