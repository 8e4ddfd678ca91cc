import { isJsonObject, type JsonObject } from '@binnacle/domain';
import type { Override } from './override.js';
import { valueAt } from './key-path.js';

export interface EnvironmentVariablesOptions {
  /** Variables that begin so are configuration: with `APP_`, `APP_POOL__MAX` is `pool.max`. */
  readonly prefix: string;
  /** Default: `process.env`, read once. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
}

const PREFIX_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const SEPARATOR = '__';
const MAX_VARIABLES = 1_000;

/**
 * The variables that begin with the prefix, in the order of their names, so that `APP_DB` comes before `APP_DB__HOST`.
 * Throws a `TypeError` for a prefix that cannot mean anything.
 */
export function readEnvironmentVariables(options: EnvironmentVariablesOptions): Override[] {
  const { prefix, variables = process.env } = options;
  if (typeof prefix !== 'string' || !PREFIX_PATTERN.test(prefix))
    throw new TypeError('createAgent: `environmentVariables.prefix` must be letters, digits and _');
  if (prefix.toUpperCase() === 'BINNACLE_')
    throw new TypeError('createAgent: variables that begin with BINNACLE_ are those of Binnacle itself');
  const overrides: Override[] = [];
  for (const name of Object.keys(variables).sort()) {
    const text = variables[name];
    const words = name.slice(prefix.length).split(SEPARATOR);
    if (!name.startsWith(prefix) || text === undefined || words.includes('')) continue;
    overrides.push({ layer: 'environment', source: name, text, place: (below) => findKeys(words, below) });
    if (overrides.length === MAX_VARIABLES) break;
  }
  return overrides;
}

/**
 * The keys that words such as `POOL`, `MAX_SIZE` mean: those that exist and differ only in case, `_`, `-` or dots, else
 * `pool`, `maxSize`. Null when two keys fit and none of them exactly.
 */
function findKeys(words: readonly string[], below: JsonObject): readonly string[] | null {
  const segments: string[] = [];
  for (const word of words) {
    const parent = valueAt(below, segments);
    const keys = isJsonObject(parent) ? Object.keys(parent) : [];
    const exact = keys.includes(word) ? [word] : keys.filter((key) => simplify(key) === simplify(word));
    if (exact.length > 1) return null;
    segments.push(exact[0] ?? camelCase(word));
  }
  return segments;
}

function simplify(key: string): string {
  return key.replace(/[-_.]/g, '').toLowerCase();
}

function camelCase(word: string): string {
  return word.toLowerCase().replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
}
