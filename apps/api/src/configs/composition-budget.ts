import { Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';

/** What is larger holds up, and is held up by, only what is large itself. */
const SMALL_CHARACTERS = 4_194_304;
/** Of all texts that are being put together in the process: of the large ones, and of the small ones. */
const LARGE_AT_ONCE = 134_217_728;
const SMALL_AT_ONCE = 33_554_432;
const WAIT_MS = 10_000;
/** Of one workspace, for one purpose: more of them would not have their turn in time. */
const MAX_WAITING = 32;

/** Room that is taken, until it is given back. */
export interface Lease {
  /** Again is nothing. */
  end(): void;
}

export interface BudgetLimits {
  /** Of all who have a lease; one that is more than that is alone. */
  readonly total: number;
  /** Of one key; one that is more than that is the only one of its key. */
  readonly perKey: number;
  readonly waitMs: number;
  /** Of one key. */
  readonly maxWaiting: number;
}

interface Waiting {
  readonly key: string;
  readonly amount: number;
  readonly admit: (lease: Lease) => void;
}

/** An amount that many have a part of at a time. Who finds none left waits, and those of different keys take turns. */
export class FairBudget {
  #used = 0;
  readonly #usedBy = new Map<string, number>();
  readonly #lines = new Map<string, Set<Waiting>>();

  constructor(private readonly limits: BudgetLimits) {}

  /** @throws Problem busy when it is not one's turn in time, or too many of the key wait already */
  take(key: string, amount: number): Promise<Lease> {
    const line = this.#lines.get(key) ?? new Set();
    if (line.size >= this.limits.maxWaiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        line.delete(waiting);
        if (line.size === 0) this.#lines.delete(key);
        reject(busy());
        this.#admit();
      };
      const timer = setTimeout(giveUp, this.limits.waitMs);
      const admit = (lease: Lease) => {
        clearTimeout(timer);
        resolve(lease);
      };
      const waiting: Waiting = { key, amount, admit };
      this.#lines.set(key, line.add(waiting));
      this.#admit();
    });
  }

  #admit(): void {
    for (const [key, line] of this.#lines) {
      const [first] = line;
      if (first === undefined || !this.#fits(key, first.amount)) continue;
      // Those after it wait as well: something large would never have its turn beside many that are less.
      if (this.#used > 0 && this.#used + first.amount > this.limits.total) return;
      line.delete(first);
      // At the end of the lines: the others have their turn first.
      this.#lines.delete(key);
      if (line.size > 0) this.#lines.set(key, line);
      first.admit(this.#lease(first));
    }
  }

  #fits(key: string, amount: number): boolean {
    const own = this.#usedBy.get(key);
    return own === undefined || own + amount <= this.limits.perKey;
  }

  #lease({ key, amount }: Waiting): Lease {
    this.#used += amount;
    this.#usedBy.set(key, (this.#usedBy.get(key) ?? 0) + amount);
    let hasEnded = false;
    return {
      end: () => {
        if (hasEnded) return;
        hasEnded = true;
        this.#used -= amount;
        const left = (this.#usedBy.get(key) ?? 0) - amount;
        if (left > 0) this.#usedBy.set(key, left);
        else this.#usedBy.delete(key);
        this.#admit();
      },
    };
  }
}

function busy(): Problem {
  return new Problem('busy', 'Too many large configurations are being put together. Try again in a moment.');
}

/** Looking at what a change would do never holds up changes of the same workspace for long. */
export type CompositionPurpose = 'look' | 'publish';

/**
 * The memory for texts of configs in this process. What is put together at a time must fit: it is taken before the texts
 * are read, and given back when nothing holds them any more.
 */
@Injectable()
export class CompositionBudget {
  private readonly small = new FairBudget({
    total: SMALL_AT_ONCE,
    perKey: SMALL_AT_ONCE / 4,
    waitMs: WAIT_MS,
    maxWaiting: MAX_WAITING * 4,
  });
  /** One of a workspace and purpose at a time. */
  private readonly large = new FairBudget({
    total: LARGE_AT_ONCE,
    perKey: 0,
    waitMs: WAIT_MS,
    maxWaiting: MAX_WAITING,
  });

  /** @throws Problem busy */
  take(workspaceId: string, purpose: CompositionPurpose, characters: number): Promise<Lease> {
    const budget = characters > SMALL_CHARACTERS ? this.large : this.small;
    return budget.take(`${workspaceId} ${purpose}`, characters);
  }
}
