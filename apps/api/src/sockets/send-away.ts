import type { Goaway } from '@binnacle/contracts';

interface LeavingNamespace {
  readonly sockets: ReadonlyMap<string, { once(event: 'disconnect', listener: () => void): unknown }>;
  emit(event: 'goaway', message: Goaway): unknown;
}

/**
 * Asks every socket of a namespace to move to another process; resolves when all have, or the time is over. The fewer
 * there are, the shorter the time over which they are spread. Those that are still there then are the caller's to close.
 */
export async function sendAway(
  namespace: LeavingNamespace | undefined,
  maxMs: number,
  msPerSocket: number,
): Promise<void> {
  if (namespace === undefined || namespace.sockets.size === 0) return;
  const withinMs = Math.min(maxMs, 250 + msPerSocket * namespace.sockets.size);
  const allGone = Promise.withResolvers<void>();
  const timer = setTimeout(allGone.resolve, withinMs);
  for (const socket of namespace.sockets.values()) {
    socket.once('disconnect', () => {
      if (namespace.sockets.size === 0) allGone.resolve();
    });
  }
  namespace.emit('goaway', { afterMs: Math.round(withinMs * 0.8) });
  await allGone.promise;
  clearTimeout(timer);
}
