/** A reason not to start, or not to go on, that the person at the terminal can act on: told in one line, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
  /** Last lines of a log, where they say more. */
  readonly details: readonly string[];

  constructor(message: string, options: ErrorOptions & { details?: readonly string[] } = {}) {
    super(message, options);
    this.details = options.details ?? [];
  }
}
