const QUIET_MS = 1_000;
const MAX_QUIET_MS = 10_000;
const LATEST_MS = 10_000;
const KEEP_AFTER_MS = 250;
const KEEP_LARGE_AFTER_MS = 1_500;
/** A save occupies the server for at most this part of the time that somebody types. */
const SHARE = 10;
/** Below, a text costs next to nothing to be checked. */
const SMALL_CHARACTERS = 100_000;
const CHARACTERS_PER_MS = 200;

export interface SavePace {
  /** Quiet for so long, a text is saved. */
  readonly quietMs: number;
  /** At the latest so long after its first change. */
  readonly latestMs: number;
  /** Quiet for so long, it is kept in this browser, which writes while the page waits. */
  readonly keepAfterMs: number;
}

/**
 * How often a draft is saved by itself. Each save checks the text against every environment that it would change: what is
 * large, or is included by many services, is saved less often.
 */
export function savePace({
  characters,
  lastSaveMs,
}: {
  readonly characters: number;
  /** What the last save took; 0 before the first one. */
  readonly lastSaveMs: number;
}): SavePace {
  const forSize = QUIET_MS + Math.max(0, characters - SMALL_CHARACTERS) / CHARACTERS_PER_MS;
  const quietMs = Math.round(Math.min(MAX_QUIET_MS, Math.max(forSize, lastSaveMs * SHARE)));
  return {
    quietMs,
    latestMs: Math.max(LATEST_MS, quietMs * 3),
    keepAfterMs: characters > SMALL_CHARACTERS ? KEEP_LARGE_AFTER_MS : KEEP_AFTER_MS,
  };
}
