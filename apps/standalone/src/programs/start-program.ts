import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { LogFile } from '../processes/log-file.js';
import { describeEnd, type ProcessEnd } from '../processes/server-process.js';
import { stopChild } from '../processes/stop-process.js';
import { StartError } from '../start-error.js';
import { formatLogLine, shortenLogLine } from './log-line.js';

export type Program = {
  pid: number;
  exited: Promise<ProcessEnd>;
  /** Resolves when `/readyz` answers 200; rejects when the program has ended or takes too long. */
  ready(): Promise<void>;
  /** Its last lines, shortened. */
  lastLines(): string[];
  /** Asks it to drain, and kills it past its time. Rejects when it did not end with exit code 0. */
  stop(): Promise<void>;
};

export type StartProgramOptions = {
  name: string;
  script: string;
  environment: NodeJS.ProcessEnv;
  readyUrl: string;
  logFile: string;
  print: (line: string) => void;
  shutdownTimeoutMs: number;
  signal: AbortSignal;
};

const readyTimeoutMs = 120_000;
/** Over the program's own deadline, so that it can end by itself and say what it left. */
const graceAfterDeadlineMs = 5_000;
const keptLines = 20;

/**
 * Starts one of our own Node programs, in a process group of its own so that Ctrl-C does not reach it before its turn.
 * The IPC channel carries nothing: by its closing the program notices that this process was killed.
 */
export async function startProgram(options: StartProgramOptions): Promise<Program> {
  const { name, script, environment, logFile, print, shutdownTimeoutMs } = options;
  const child = spawn(process.execPath, ['--enable-source-maps', script], {
    detached: true,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = new LogFile(logFile);
  const last: string[] = [];
  const takeLine = (line: string) => {
    log.write(line);
    last.push(shortenLogLine(line));
    if (last.length > keptLines) last.shift();
    const shown = formatLogLine(line);
    if (shown !== undefined) print(`${name} | ${shown}`);
  };
  readLines(child.stdout, takeLine);
  readLines(child.stderr, takeLine);
  // `close` rather than `exit`: its last lines have been read by then
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once('close', (code, signal) => {
      log.close();
      resolve({ code, signal });
    });
  });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} was spawned without a process id`);
  let isReady = false;
  return {
    pid,
    exited,
    ready: async () => {
      await waitUntilReady(options, exited);
      isReady = true;
    },
    lastLines: () => last.slice(-10),
    stop: async () => {
      const signal = await stopChild({ pid, exited }, [
        { signal: 'SIGTERM', graceMs: shutdownTimeoutMs + graceAfterDeadlineMs },
        { signal: 'SIGKILL', graceMs: 10_000 },
      ]);
      if (signal === undefined) return; // ended long before
      const end = await exited;
      // before it was ready it may not have begun to listen to signals
      if (!isReady && end.signal === 'SIGTERM') return;
      if (end.code !== 0) throw new Error(`it ended with ${describeEnd(end)}`);
    },
  };
}

function readLines(stream: Readable | null, takeLine: (line: string) => void): void {
  if (stream === null) throw new Error('a piped output is missing');
  createInterface({ input: stream }).on('line', takeLine);
}

async function waitUntilReady(options: StartProgramOptions, exited: Promise<ProcessEnd>): Promise<void> {
  let end: ProcessEnd | undefined;
  void exited.then((value) => (end = value));
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    options.signal.throwIfAborted();
    if (end !== undefined)
      throw new StartError(`the ${options.name} ended at its start (${describeEnd(end)})`);
    if (await answersReady(options.readyUrl)) return;
    if (performance.now() > deadline) {
      throw new StartError(
        `the ${options.name} was not ready after ${readyTimeoutMs / 1000} s, see ${options.logFile}`,
      );
    }
    await delay(50);
  }
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false; // it does not listen yet
  }
}
