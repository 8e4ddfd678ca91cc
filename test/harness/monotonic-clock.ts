/** Milliseconds on the machine's monotonic clock: the lines of several processes can be compared. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}
