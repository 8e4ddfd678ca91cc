import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, SecretValue, type Json, type JsonObject } from '@binnacle/domain';
import { reasonOf, type Logger } from '../logger.js';
import { formatKey, parseKey, valueAt } from './key-path.js';
import type { Snapshot } from './snapshot.js';

export interface ConfigChange {
  /** The key that is watched. */
  readonly key: string;
  readonly old: Json | undefined;
  readonly new: Json | undefined;
  /** The full keys below it whose values differ; arrays count as one value. Fit for `config.get`. */
  readonly changedKeys: readonly string[];
  /** What is in force now. */
  readonly snapshot: Snapshot;
}

export type ConfigListener = (change: ConfigChange) => void;

/** Tells each watcher about the changes under its key: once for each revision, and only when something changed there. */
export class ConfigWatchers {
  readonly #watchers = new Set<{ key: string; segments: readonly string[]; listener: ConfigListener }>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(key: string, listener: ConfigListener): () => void {
    const watcher = { key, segments: parseKey(key), listener };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  tell(before: Snapshot, after: Snapshot): void {
    // A copy: a listener may add or remove watchers.
    for (const { key, segments, listener } of Array.from(this.#watchers)) {
      const old = valueAt(before.content, segments);
      const current = valueAt(after.content, segments);
      const changedKeys = changedPaths(old, current, segments).map(formatKey);
      if (changedKeys.length === 0) continue;
      const report = (error: unknown) =>
        this.#logger.error(`a listener for changes of "${key}" threw: ${reasonOf(error)}`);
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
