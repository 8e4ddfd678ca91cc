import { setTimeout as delay } from 'node:timers/promises';
import { findCommandLine } from './find-process.js';

/** Sent in order, each followed by its time of grace. */
export type StopStep = { signal: NodeJS.Signals; graceMs: number };

type StoppableProcess = { pid: number; exited: Promise<unknown> };

/** Stops a child, signal after signal, until it has ended. Resolves to the signal that was needed. */
export async function stopChild(
  child: StoppableProcess,
  steps: readonly StopStep[],
): Promise<NodeJS.Signals | undefined> {
  return stop(child.pid, steps, async (graceMs) => {
    const timer = new AbortController();
    const timeUp = delay(graceMs, false, { signal: timer.signal }).catch(() => false);
    const ended = await Promise.race([child.exited.then(() => true), timeUp]);
    timer.abort();
    return ended;
  });
}

/** Stops a process that somebody else started, and that ends only to `/proc` and `ps`. */
export async function stopForeignProcess(pid: number, steps: readonly StopStep[]): Promise<void> {
  const commandLine = findCommandLine(pid);
  await stop(pid, steps, async (graceMs) => {
    const deadline = performance.now() + graceMs;
    while (findCommandLine(pid) === commandLine && commandLine !== undefined) {
      if (performance.now() > deadline) return false;
      await delay(20);
    }
    return true;
  });
}

async function stop(
  pid: number,
  steps: readonly StopStep[],
  endsWithin: (graceMs: number) => Promise<boolean>,
): Promise<NodeJS.Signals | undefined> {
  if (await endsWithin(0)) return undefined;
  for (const { signal, graceMs } of steps) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // ended between the look and the signal
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
    if (await endsWithin(graceMs)) return signal;
  }
  throw new Error(`process ${pid} did not end after ${steps.map((step) => step.signal).join(', ')}`);
}
