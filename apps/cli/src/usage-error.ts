/** The command was called in a way in which it cannot work. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
