/** Requests are counted in windows of this length. */
export const WINDOW_MS = 10_000;

/** Bound of the memory that many addresses can take. */
const MAX_KEYS = 50_000;
/** Other processes are told when this share of a limit has been used since they last were. */
const SHARE_WORTH_TELLING = 0.02;

/** How much one client has used, as far as this process knows. */
export interface Tally {
  readonly key: string;
  window: number;
  /** In this window through this process, and what of it the others know. */
  own: number;
  told: number;
  /** In this window through other processes, and in the window before through all. */
  elsewhere: number;
  before: number;
  isDue: boolean;
  /** No longer looked up by its key: whoever holds it asks for a new one. */
  isForgotten: boolean;
}

/** What other processes should hear of. */
export interface Due {
  readonly tally: Tally;
  readonly window: number;
  readonly amount: number;
  /** Nothing was told in this window yet, so nobody was asked what all used in the one before. */
  readonly isFirst: boolean;
}

/**
 * Counts what clients use against one limit, over a sliding window: of the window before, as much counts as still lies
 * within the last ten seconds. Reads no clock and waits for nobody; time and the counts of others come in from outside.
 */
export class RateCounter {
  private tallies = new Map<string, Tally>();
  private due: Tally[] = [];
  /** Due since before the last window ended. */
  private late: Due[] = [];
  private window = 0;
  /** Share of the window before that still counts. */
  private shareBefore = 0;
  private readonly worthTelling: number;

  /** `limit` is for one window. */
  constructor(
    readonly name: string,
    readonly limit: number,
    private readonly maxKeys = MAX_KEYS,
  ) {
    this.worthTelling = Math.max(1, Math.floor(limit * SHARE_WORTH_TELLING));
  }

  get size(): number {
    return this.tallies.size;
  }

  of(key: string): Tally {
    const known = this.tallies.get(key);
    if (known !== undefined) return known;
    const tally = {
      key,
      window: this.window,
      own: 0,
      told: 0,
      elsewhere: 0,
      before: 0,
      isDue: false,
      isForgotten: false,
    };
    if (this.tallies.size >= this.maxKeys) this.forgetOldest();
    this.tallies.set(key, tally);
    return tally;
  }

  /** Undefined for a key of which nothing is counted. */
  find(key: string): Tally | undefined {
    return this.tallies.get(key);
  }

  /** False, and nothing is counted, when the limit is reached. */
  spend(tally: Tally): boolean {
    if (this.isSpent(tally)) return false;
    tally.own += 1;
    if (tally.own - tally.told >= this.worthTelling) this.makeDue(tally);
    return true;
  }

  isSpent(tally: Tally): boolean {
    if (tally.window !== this.window) this.roll(tally);
    return tally.own + tally.elsewhere + tally.before * this.shareBefore >= this.limit;
  }

  /** To be called a few times a second. */
  advance(nowMs: number): void {
    const window = Math.floor(nowMs / WINDOW_MS);
    this.shareBefore = 1 - (nowMs % WINDOW_MS) / WINDOW_MS;
    if (window === this.window) return;
    this.late.push(...this.takeTallies(this.due.length));
    this.window = window;
    for (const [key, tally] of this.tallies) {
      if (tally.window === window - 1) continue;
      tally.isForgotten = true;
      this.tallies.delete(key);
    }
  }

  /** Takes what other processes should hear of, and at most so many. */
  takeDue(max: number): Due[] {
    const late = this.late.splice(0, max);
    return [...late, ...this.takeTallies(max - late.length)];
  }

  /** What all processes together have counted, this one's share told. */
  heard(tally: Tally, window: number, total: number): void {
    if (tally.window === window) tally.elsewhere = Math.max(total - tally.told, 0);
  }

  /** What all processes together had counted in the window before this one. */
  heardBefore(tally: Tally, window: number, total: number): void {
    if (tally.window === window) tally.before = Math.max(tally.before, total);
  }

  /** They could not be told. */
  unheard(tally: Tally, window: number, amount: number): void {
    if (tally.window !== window) return;
    tally.told -= amount;
    this.makeDue(tally);
  }

  private makeDue(tally: Tally): void {
    if (tally.isDue) return;
    tally.isDue = true;
    this.due.push(tally);
  }

  private takeTallies(max: number): Due[] {
    return this.due.splice(0, max).flatMap((tally) => {
      tally.isDue = false;
      const { window, own, told } = tally;
      if (window !== this.window || own === told) return [];
      tally.told = own;
      return [{ tally, window, amount: own - told, isFirst: told === 0 }];
    });
  }

  private roll(tally: Tally): void {
    tally.before = tally.window === this.window - 1 ? tally.own + tally.elsewhere : 0;
    tally.window = this.window;
    tally.own = 0;
    tally.told = 0;
    tally.elsewhere = 0;
  }

  private forgetOldest(): void {
    const [oldest] = this.tallies.values();
    if (oldest === undefined) return;
    oldest.isForgotten = true;
    this.tallies.delete(oldest.key);
  }
}
