import { useSyncExternalStore } from 'react';
import { relativeTime } from './relative-time';

const TICK_MS = 15_000;

interface Props {
  /** ISO 8601. */
  readonly at: string;
}

/** How long ago, which goes on by itself; the exact time on hovering. */
export function RelativeTime({ at }: Props) {
  const nowMs = useSyncExternalStore(everyTick, lastTick);
  const time = new Date(at);
  return (
    <time dateTime={at} title={time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}>
      {relativeTime(time.getTime(), nowMs)}
    </time>
  );
}

const listeners = new Set<() => void>();
let tickMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function everyTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tickMs = Date.now();
    for (const tell of listeners) tell();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function lastTick(): number {
  return tickMs;
}
