import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, SecretValue, type Json, type JsonObject } from '@binnacle/domain';
import { reasonOf, type Logger } from '../logger.js';
import { formatKey, parseKey, valueAt } from './key-path.js';
import type { ConfigEvents } from './config-events.js';
import { maskSecrets, secretsWithin } from './secrets.js';
import type { ConfigSnapshot } from './snapshot.js';

export interface ConfigChange {
  /** The key that is watched. */
  readonly key: string;
  readonly old: Json | undefined;
  readonly new: Json | undefined;
  /** The full keys below it whose values differ; arrays count as one value. Fit for `config.get`. */
  readonly changedKeys: readonly string[];
  /** What is in force now. */
  readonly snapshot: ConfigSnapshot;
}

export type ConfigListener = (change: ConfigChange) => void;

/** Tells each watcher about the changes under its key: once for each revision, and only when something changed there. */
export class ConfigWatchers {
  readonly #watchers = new Set<{ key: string; segments: readonly string[]; listener: ConfigListener }>();
  readonly #logger: Logger;
  readonly #events: ConfigEvents | null;
  readonly #untold: (readonly [ConfigSnapshot, ConfigSnapshot])[] = [];
  #isTelling = false;

  constructor(logger: Logger, events: ConfigEvents | null = null) {
    this.#logger = logger;
    this.#events = events;
  }

  add(key: string, listener: ConfigListener): () => void {
    const watcher = { key, segments: parseKey(key), listener };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** A change that a listener causes is told after this one, so that each listener hears of all in their order. */
  tell(before: ConfigSnapshot, after: ConfigSnapshot): void {
    this.#untold.push([before, after]);
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift())
      this.#tellAll(...next);
    this.#isTelling = false;
  }

  #tellAll(before: ConfigSnapshot, after: ConfigSnapshot): void {
    // A copy: a listener may add or remove watchers.
    for (const { key, segments, listener } of Array.from(this.#watchers)) {
      const old = valueAt(before.content, segments);
      const current = valueAt(after.content, segments);
      const changedKeys = changedPaths(old, current, segments).map(formatKey);
      if (changedKeys.length === 0) continue;
      const report = (error: unknown) => {
        const reason = maskSecrets(reasonOf(error), secretsWithin([old, current]));
        this.#logger.error(`a listener for changes of "${key}" threw: ${reason}`);
        this.#events?.tell({ kind: 'watcher_failed', key, reason });
      };
      try {
        const returned: unknown = listener({ key, old, new: current, changedKeys, snapshot: after });
        if (returned instanceof Promise) returned.catch(report);
      } catch (error) {
        report(error);
      }
    }
  }
}

/** Paths of the smallest values that differ, going down where both sides are objects. */
export function changedPaths(
  old: Json | undefined,
  current: Json | undefined,
  path: readonly string[],
): (readonly string[])[] {
  if (isBranch(old) && isBranch(current)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(current)]);
    return [...keys].flatMap((key) =>
      changedPaths(valueAt(old, [key]), valueAt(current, [key]), [...path, key]),
    );
  }
  return isSame(old, current) ? [] : [path];
}

/** A secret is one value, though an object holds it. */
function isBranch(value: unknown): value is JsonObject {
  return isJsonObject(value) && !(value instanceof SecretValue);
}

/** Two secrets look the same to everybody who does not ask for their values. */
function isSame(old: unknown, current: unknown): boolean {
  if (old instanceof SecretValue || current instanceof SecretValue)
    return old instanceof SecretValue && current instanceof SecretValue && old.equals(current);
  if (Array.isArray(old) && Array.isArray(current))
    return old.length === current.length && old.every((element, index) => isSame(element, current[index]));
  if (isBranch(old) && isBranch(current)) {
    const keys = Object.keys(old);
    return (
      keys.length === Object.keys(current).length &&
      keys.every((key) => Object.hasOwn(current, key) && isSame(old[key], current[key]))
    );
  }
  return isDeepStrictEqual(old, current);
}
