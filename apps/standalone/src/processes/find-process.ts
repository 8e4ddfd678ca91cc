import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The command line of a running process, or undefined when there is none. A zombie counts as gone: in a container
 * without a reaping init it would look alive to `kill(pid, 0)` for ever.
 */
export function findCommandLine(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return commandLine === '' ? undefined : commandLine;
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    // /proc has no such entry, or ps exits 1: the process is gone
    return undefined;
  }
}
