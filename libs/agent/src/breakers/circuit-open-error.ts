const marker = Symbol.for('binnacle.agent.CircuitOpenError');

/** Thrown in place of a call that a breaker did not let through. The call was not made. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  readonly breaker: string;
  readonly [marker] = true;

  constructor(breaker: string, state: string) {
    super(`breaker "${breaker}" is ${state}: the call was not made`);
    this.breaker = breaker;
  }

  /** Also true for an error of another copy of this package. */
  static isInstance(error: unknown): error is CircuitOpenError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
