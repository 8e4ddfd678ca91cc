/** Of all rules of one schema over one content. A rule over 10,000 keys takes some tens of thousands. */
const MAX_STEPS = 1_000_000;
/** Characters and elements of what rules make on the way: memory, in the end. */
const MAX_MADE = 10_000_000;
const MAX_MS = 500;
const STEPS_BETWEEN_LOOKS = 64;

export class RuleTooCostly extends Error {}

/** Counts what evaluating rules costs, and ends it past a bound. Once past, every further step ends at once. */
export class RuleMeter {
  #steps = 0;
  #made = 0;
  readonly #endsAtMs: number;
  #excess: RuleTooCostly | undefined;

  /** @param endsAtMs when it ends at the latest, as `Date.now()` has it */
  constructor(endsAtMs = Number.POSITIVE_INFINITY) {
    this.#endsAtMs = Math.min(Date.now() + MAX_MS, endsAtMs);
  }

  get excess(): RuleTooCostly | undefined {
    return this.#excess;
  }

  step(): void {
    if (this.#excess !== undefined) throw this.#excess;
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) this.#stop(`takes more than ${MAX_STEPS} steps on this content`);
    if (this.#steps % STEPS_BETWEEN_LOOKS === 0 && Date.now() > this.#endsAtMs)
      this.#stop('takes more than its share of time on this content');
  }

  /** What a step made: a text of so many characters, or a list of so many elements. */
  made(size: number): void {
    this.#made += size;
    if (this.#made > MAX_MADE) this.#stop('makes too much of this content on the way');
  }

  #stop(message: string): never {
    this.#excess = new RuleTooCostly(message);
    throw this.#excess;
  }
}
