/** A timer that does not keep the process alive. */
export function quietTimer(callback: () => void, delayMs: number): NodeJS.Timeout {
  return setTimeout(callback, delayMs).unref();
}

/**
 * Waits for a promise, but no longer than this; undefined when the time was up. The one place that does keep the
 * process alive: somebody awaits it, and everything else of the agent lets the process end.
 */
export async function waitAtMost<Value>(
  promise: Promise<Value>,
  timeoutMs: number,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
