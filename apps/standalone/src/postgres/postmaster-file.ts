import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findCommandLine } from '../processes/find-process.js';
import { stopForeignProcess } from '../processes/stop-process.js';

/** What the server says of itself in `postmaster.pid`: its process id on line 1, its status on line 8. */
export type PostmasterFile = { pid: number; isReady: boolean };

export function parsePostmasterFile(content: string): PostmasterFile | undefined {
  const lines = content.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, isReady: lines[7]?.trim() === 'ready' };
}

export function readPostmasterFile(clusterDirectory: string): PostmasterFile | undefined {
  const file = join(clusterDirectory, 'postmaster.pid');
  return existsSync(file) ? parsePostmasterFile(readFileSync(file, 'utf8')) : undefined;
}

/** Stops the server that an earlier, killed process left running on this cluster. */
export async function stopStalePostmaster(clusterDirectory: string): Promise<void> {
  const stale = readPostmasterFile(clusterDirectory);
  if (stale === undefined) return;
  const commandLine = findCommandLine(stale.pid);
  if (commandLine === undefined) return;
  if (commandLine.includes('postgres') && commandLine.includes(clusterDirectory)) {
    await stopForeignProcess(stale.pid, [
      { signal: 'SIGINT', graceMs: 30_000 },
      { signal: 'SIGQUIT', graceMs: 10_000 },
      { signal: 'SIGKILL', graceMs: 10_000 },
    ]);
    return;
  }
  // the number belongs to another program by now, as happens in containers: PostgreSQL would refuse to start for it
  rmSync(join(clusterDirectory, 'postmaster.pid'));
}
