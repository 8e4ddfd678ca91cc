const MASK = '[secret]';
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * The plain value of a secret. It prints, concatenates and serialises as `[secret]`; spreading or cloning it gives
 * nothing. `reveal()` is the one way to the value: call it where the value is used, and do not keep what it returns.
 *
 * @example connect({password: config.get<SecretValue>('db.password').reveal()})
 */
export class SecretValue {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plain value. */
  reveal(): string {
    return this.#value;
  }

  /** Whether both hold the same value. */
  equals(other: SecretValue): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  /** What `console.log` and `util.inspect` print. */
  [INSPECT](): string {
    return MASK;
  }

  get [Symbol.toStringTag](): string {
    return 'SecretValue';
  }
}
