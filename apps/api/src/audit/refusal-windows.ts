import type { Actor } from '@binnacle/store';

/** A request or a connection of somebody known that was refused. */
export interface Refusal {
  readonly actor: Omit<Actor, 'idempotency'>;
  readonly method: string;
  /** Its pattern, `/services/:service`. */
  readonly route: string;
  /** What the access table asks for there. */
  readonly needs: string | undefined;
  readonly code: string;
  readonly service: string | undefined;
  readonly environment: string | undefined;
}

export interface CountedRefusal {
  readonly refusal: Refusal;
  /** How many there were since the entry before. */
  readonly count: number;
  /** Call when they are written. */
  written(): void;
}

interface Window {
  readonly key: string;
  refusal: Refusal;
  startedAtMs: number;
  unwritten: number;
  hasEntry: boolean;
}

const WINDOW_MS = 60_000;
const MAX_WINDOWS = 5_000;
/** Beyond these, what a caller is refused is told apart by its route alone, of which there are few. */
const MAX_PLACES_PER_CREDENTIAL = 50;

/**
 * Counts refusals of the same kind together: the first is told at once, the others as a number when a minute is over.
 * So whoever asks again and again adds one entry a minute, and what is in memory is bounded.
 */
export class RefusalWindows {
  readonly #windows = new Map<string, Window>();
  readonly #placesOf = new Map<string, number>();

  /** False when there is no room: it is not counted then. */
  add(refusal: Refusal, nowMs: number, count = 1): boolean {
    const { workspaceId, credential } = refusal.actor;
    const holder = `${workspaceId}\n${credential}`;
    const general = `${holder}\n${refusal.method} ${refusal.route}\n${refusal.code}`;
    const precise = `${general}\n${refusal.service ?? ''}\n${refusal.environment ?? ''}`;
    const hasRoomForPlace = (this.#placesOf.get(holder) ?? 0) < MAX_PLACES_PER_CREDENTIAL;
    const key = this.#windows.has(precise) || hasRoomForPlace ? precise : general;
    const window = this.#windows.get(key);
    if (window === undefined) {
      if (this.#windows.size >= MAX_WINDOWS) return false;
      this.#windows.set(key, { key, refusal, startedAtMs: nowMs, unwritten: count, hasEntry: false });
      this.#placesOf.set(holder, (this.#placesOf.get(holder) ?? 0) + 1);
    } else {
      window.refusal = refusal;
      window.unwritten += count;
    }
    return true;
  }

  /** What is to be written now, at most so many; `isLast` asks for everything. Forgets windows that are over. */
  due(nowMs: number, limit: number, isLast = false): CountedRefusal[] {
    const due: CountedRefusal[] = [];
    for (const window of this.#windows.values()) {
      const isOver = nowMs - window.startedAtMs >= WINDOW_MS;
      if (window.unwritten === 0) {
        if (isOver) this.#forget(window);
      } else if ((isOver || !window.hasEntry || isLast) && due.length < limit) {
        due.push(this.#counted(window, nowMs));
      }
    }
    return due;
  }

  #counted(window: Window, nowMs: number): CountedRefusal {
    const { refusal, unwritten: count } = window;
    return {
      refusal,
      count,
      written: () => {
        window.unwritten -= count;
        // The next ones are told when a minute after this entry is over.
        window.startedAtMs = nowMs;
        window.hasEntry = true;
      },
    };
  }

  #forget({ key, refusal }: Window): void {
    this.#windows.delete(key);
    const holder = `${refusal.actor.workspaceId}\n${refusal.actor.credential}`;
    const places = (this.#placesOf.get(holder) ?? 1) - 1;
    if (places === 0) this.#placesOf.delete(holder);
    else this.#placesOf.set(holder, places);
  }
}
