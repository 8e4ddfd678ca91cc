import { setImmediate } from 'node:timers/promises';

const MAX_BUSY_MS = 10;

let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Waits until everything else that happens in the process had its turn. Of those who wait here each has one of its own:
 * together they would hold up all others as many times as long.
 */
export function nextTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => setImmediate());
  return lastTurn;
}

/** One after the other; others have their turn between when it takes long. */
export async function inTurns<Item>(items: readonly Item[], work: (item: Item) => void): Promise<void> {
  let busySinceMs = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - busySinceMs < MAX_BUSY_MS) continue;
    await nextTurn();
    busySinceMs = performance.now();
  }
}
