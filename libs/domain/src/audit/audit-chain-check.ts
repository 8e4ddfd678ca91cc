import { auditEntryHash, type HashedAuditEntry, type Sha256 } from './audit-entry-hash.js';

export interface ChainedAuditEntry extends HashedAuditEntry {
  readonly hash: string;
}

/** The end of a chain, now or when somebody wrote it down. */
export interface AuditHead {
  readonly number: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: AuditHead = { number: 0, hash: '' };

/**
 * - `edited`: its fields do not give its hash
 * - `rewritten`: its fields do, but it is not the entry that stood here when the next one, the head or a kept head was made
 * - `reordered`: it is the entry of another number
 * - `missing`: there is none of this number, but later ones
 * - `cut`: from this number on they are gone
 * - `foreign`: a number that no chain has, or an entry after the end
 */
export type AuditBreakKind = 'edited' | 'rewritten' | 'reordered' | 'missing' | 'cut' | 'foreign';

/** Where a chain breaks first. */
export interface AuditBreak {
  readonly number: number;
  readonly kind: AuditBreakKind;
  readonly message: string;
}

/** How far an entry may have been moved to be recognised. */
const REORDERING_DISTANCE = 1_000;

/**
 * Checks the entries of one workspace, which come in the order of their numbers, and names the first that is not as it
 * was written. Whoever may write to the tables can make the whole chain anew from some entry on: that shows only
 * against a head that was kept elsewhere (`kept`).
 *
 * @example
 * const check = new AuditChainCheck([{ number: 120, hash: 'c0ff…' }]);
 * for (const entry of entries) {
 *   const found = check.add(entry);
 *   if (found !== undefined) return found;
 * }
 * return check.finish(head);
 */
export class AuditChainCheck {
  readonly #kept: ReadonlyMap<number, string>;
  readonly #furthestKept: number;
  readonly #hash: (entry: HashedAuditEntry) => string;
  #end = EMPTY_CHAIN;
  /** One that does not follow the entry before it: whether it or that one was changed, the next one tells. */
  #doubted: ChainedAuditEntry | undefined;

  constructor(kept: readonly AuditHead[] = [], sha256?: Sha256) {
    this.#hash = (entry) => auditEntryHash(entry, sha256);
    this.#kept = new Map(kept.map(({ number, hash }) => [number, hash]));
    this.#furthestKept = Math.max(0, ...this.#kept.keys());
  }

  /** The end of what was found to be whole. */
  get end(): AuditHead {
    return this.#end;
  }

  /** Takes the next entry; undefined while nothing is wrong. After a break nothing more can be told. */
  add(entry: ChainedAuditEntry): AuditBreak | undefined {
    if (this.#doubted !== undefined) return this.#resolveDoubt(this.#doubted, entry.previousHash);
    const number = this.#end.number + 1;
    if (entry.number < number)
      return broken(entry.number, 'foreign', 'is no number of a chain, or is there twice');
    if (entry.number > number)
      return broken(number, 'missing', `is missing; the next one that is there is ${entry.number}`);
    if (this.#hash(entry) !== entry.hash) return this.#wronglyHashed(entry);
    if (entry.previousHash !== this.#end.hash) {
      if (number === 1) return broken(1, 'rewritten', 'is the first one and yet follows another');
      this.#doubted = entry;
      return undefined;
    }
    const keptHash = this.#kept.get(number);
    if (keptHash !== undefined && keptHash !== entry.hash)
      return broken(
        number,
        'rewritten',
        'has another hash than the head that was kept: it, or one before it, was changed',
      );
    this.#end = { number, hash: entry.hash };
    return undefined;
  }

  /** After the last entry: `head` is what the database says of the end, undefined when it says nothing. */
  finish(head: AuditHead | undefined): AuditBreak | undefined {
    const { number, hash } = this.#end;
    if (this.#doubted !== undefined) return this.#resolveDoubt(this.#doubted, head?.hash ?? '');
    if (head === undefined && number > 0)
      return broken(
        number + 1,
        'cut',
        `is unknown: the head of the chain is gone; the last entry is ${number}`,
      );
    const furthest = Math.max(head?.number ?? 0, this.#furthestKept);
    if (furthest > number)
      return broken(number + 1, 'cut', `and all after it are gone: the chain reached ${furthest}`);
    if (head === undefined) return undefined;
    if (head.number < number)
      return broken(
        head.number + 1,
        'foreign',
        `lies after the head of the chain, which is at ${head.number}`,
      );
    if (head.hash !== hash)
      return broken(number, 'rewritten', 'is not the entry that the head of the chain knows');
    return undefined;
  }

  #resolveDoubt(doubted: ChainedAuditEntry, rememberedHash: string): AuditBreak {
    const { number } = doubted;
    return rememberedHash === doubted.hash
      ? broken(number - 1, 'rewritten', `is not the entry that ${number} was written after`)
      : broken(number, 'rewritten', `does not follow ${number - 1}`);
  }

  #wronglyHashed(entry: ChainedAuditEntry): AuditBreak {
    for (let distance = 1; distance <= REORDERING_DISTANCE; distance++)
      for (const number of [entry.number + distance, entry.number - distance])
        if (number > 0 && this.#hash({ ...entry, number }) === entry.hash)
          return broken(entry.number, 'reordered', `is the entry that was written as ${number}`);
    return broken(entry.number, 'edited', 'was edited: its fields do not give its hash');
  }
}

function broken(number: number, kind: AuditBreakKind, message: string): AuditBreak {
  return { number, kind, message };
}
