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
/** A tenant whose credentials are many must not be what fills them all. */
const MAX_WINDOWS_PER_WORKSPACE = 500;
/** Beyond these, what a caller is refused is told apart by its route alone, of which there are few. */
const MAX_PLACES_PER_CREDENTIAL = 50;

/**
 * Counts refusals of the same kind together: the first is told at once, the others as a number when a minute is over.
 * So whoever asks again and again adds one entry a minute, and what is in memory is bounded.
 */
export class RefusalWindows {
  /** By workspace, the one that was told of last at the end. */
  readonly #workspaces = new Map<string, Map<string, Window>>();
  readonly #placesOf = new Map<string, number>();
  #size = 0;

  /** False when there is no room: it is not counted then. */
  add(refusal: Refusal, nowMs: number, count = 1): boolean {
    const { workspaceId } = refusal.actor;
    const windows = this.#workspaces.get(workspaceId) ?? new Map<string, Window>();
    const holder = holderOf(refusal);
    const general = `${holder}\n${refusal.method} ${refusal.route}\n${refusal.code}`;
    const precise = `${general}\n${refusal.service ?? ''}\n${refusal.environment ?? ''}`;
    const hasRoomForPlace = (this.#placesOf.get(holder) ?? 0) < MAX_PLACES_PER_CREDENTIAL;
    const key = windows.has(precise) || hasRoomForPlace ? precise : general;
    const window = windows.get(key);
    if (window === undefined) {
      if (this.#size >= MAX_WINDOWS || windows.size >= MAX_WINDOWS_PER_WORKSPACE) return false;
      windows.set(key, { key, refusal, startedAtMs: nowMs, unwritten: count, hasEntry: false });
      this.#workspaces.set(workspaceId, windows);
      this.#size += 1;
      this.#placesOf.set(holder, (this.#placesOf.get(holder) ?? 0) + 1);
    } else {
      window.refusal = refusal;
      window.unwritten += count;
    }
    return true;
  }

  /**
   * What is to be written now, at most so many, of each workspace in turn; `isLast` asks for everything. Forgets windows
   * that are over.
   */
  due(nowMs: number, limit: number, isLast = false): CountedRefusal[] {
    const lines = [...this.#workspaces].map(([workspaceId, windows]) => ({
      workspaceId,
      due: this.#dueOf(windows, nowMs, isLast),
    }));
    const due: CountedRefusal[] = [];
    for (let round = 0; due.length < limit; round++) {
      const before = due.length;
      for (const line of lines) {
        const window = line.due[round];
        if (window === undefined || due.length >= limit) continue;
        due.push(this.#counted(window, nowMs));
        this.#putLast(line.workspaceId);
      }
      if (due.length === before) break;
    }
    return due;
  }

  #dueOf(windows: ReadonlyMap<string, Window>, nowMs: number, isLast: boolean): Window[] {
    const due: Window[] = [];
    for (const window of windows.values()) {
      const isOver = nowMs - window.startedAtMs >= WINDOW_MS;
      if (window.unwritten > 0) {
        if (isOver || !window.hasEntry || isLast) due.push(window);
      } else if (isOver) this.#forget(window);
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

  /** So that those for whom there was no room come first the next time. */
  #putLast(workspaceId: string): void {
    const windows = this.#workspaces.get(workspaceId);
    if (windows === undefined || !this.#workspaces.delete(workspaceId)) return;
    this.#workspaces.set(workspaceId, windows);
  }

  #forget({ key, refusal }: Window): void {
    const { workspaceId } = refusal.actor;
    const windows = this.#workspaces.get(workspaceId);
    if (windows?.delete(key) === true) this.#size -= 1;
    if (windows?.size === 0) this.#workspaces.delete(workspaceId);
    const holder = holderOf(refusal);
    const places = (this.#placesOf.get(holder) ?? 1) - 1;
    if (places === 0) this.#placesOf.delete(holder);
    else this.#placesOf.set(holder, places);
  }
}

function holderOf({ actor }: Refusal): string {
  return `${actor.workspaceId}\n${actor.credential}`;
}
