const MARKER = Symbol.for('binnacle.plane-unreachable');

/** There was no answer, or none of the API: whether a change was made is not known. */
export class PlaneUnreachable extends Error {
  override readonly name = 'PlaneUnreachable';
  readonly [MARKER] = true;

  /** Also true for one that another copy of this package made. */
  static isInstance(value: unknown): value is PlaneUnreachable {
    return typeof value === 'object' && value !== null && MARKER in value;
  }
}
