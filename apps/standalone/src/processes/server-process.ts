import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { openLog } from './log-file.js';

export type ProcessEnd = { code: number | null; signal: NodeJS.Signals | null };

export type ServerProcess = { pid: number; exited: Promise<ProcessEnd> };

/**
 * Starts a server in a process group of its own, so that Ctrl-C in the terminal does not reach it, with its output
 * straight in its log: it goes on writing there when this process is killed.
 */
export async function spawnServer(options: {
  command: readonly [string, ...string[]];
  logFile: string;
  cwd: string;
  /** What the server reads on its standard input. */
  input?: string;
}): Promise<ServerProcess> {
  const [file, ...args] = options.command;
  const log = openLog(options.logFile);
  const child = spawn(file, args, {
    detached: true,
    cwd: options.cwd,
    env: serverEnvironment(),
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  if (child.stdin === null) throw new Error('a piped standard input is missing');
  // a server that refuses its arguments may have closed its input already; its exit tells
  child.stdin.on('error', () => undefined);
  await once(child, 'spawn');
  child.stdin.end(options.input);
  if (child.pid === undefined) throw new Error(`${file} was spawned without a process id`);
  return { pid: child.pid, exited };
}

/** What a database server needs of the environment: no secret of ours, and the same messages everywhere. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}

export function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
