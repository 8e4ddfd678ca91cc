import { useSyncExternalStore } from 'react';
import { relativeTime } from './relative-time';

const TICK_MS = 15_000;
/**
 * What lies ahead by less has just happened: since the last tick, or by a server's clock that is ahead of this one. What
 * is about to come that soon is read as well by "just now".
 */
const AHEAD_MS = 60_000;

interface Props {
  /** ISO 8601. */
  readonly at: string;
}

/** How long ago, which goes on by itself; the exact time on hovering. */
export function RelativeTime({ at }: Props) {
  const nowMs = useSyncExternalStore(everyTick, lastTick);
  const time = new Date(at);
  const atMs = time.getTime();
  return (
    <time dateTime={at} title={time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}>
      {relativeTime(atMs, atMs > nowMs && atMs - nowMs < AHEAD_MS ? atMs : nowMs)}
    </time>
  );
}

const listeners = new Set<() => void>();
let tickMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function everyTick(listener: () => void): () => void {
  listeners.add(listener);
  // The ticks stood still while nobody looked.
  if (timer === undefined) tick();
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  tickMs = Date.now();
  for (const tell of listeners) tell();
}

function lastTick(): number {
  return tickMs;
}
