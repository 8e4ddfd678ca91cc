import { type LeafStep, renderLeaves } from './config-leaves.js';
import type { RenderedConfig } from './rendered-text.js';
import type { JsonObject } from './json.js';

const MAX_NAME_LENGTH = 255;
/** Means itself in a shell, and in every reader of such files. */
const BARE = /^[A-Za-z0-9_./:@%+,=-]+$/;
const NUL = '\0';

/**
 * A config as environment variables, one `NAME=value` a line, for `set -a; . ./file` in a POSIX shell and for dotenv.
 *
 * `/db/pool/max` is `DB_POOL_MAX`, `/db/maxSize` `DB_MAX_SIZE`, `/hosts/0` `HOSTS_0`: keys in capitals, joined by `_`, a
 * small letter before a capital parted by `_`, and `_` for whatever no name may have. Values are in single quotes where
 * they need any, and in double quotes with the shell's escapes where they hold a single quote. `null` is empty, an empty
 * array `[]`, an empty object `{}`, a reference to a secret its JSON.
 *
 * Two places of one name, a name without letters and a NUL in a value are errors, not lines that are left out.
 */
export function renderEnv(content: JsonObject): RenderedConfig {
  return renderLeaves(content, variableName, (name, text) => {
    if (name.length > MAX_NAME_LENGTH) return [`its name has more than ${MAX_NAME_LENGTH} characters`];
    if (/^_*$/.test(name)) return ['no letter or digit of it can be in the name of a variable'];
    if (text.includes(NUL)) return ['holds a NUL, which no variable can'];
    return `${name}=${quoteForShell(text)}`;
  });
}

function variableName(steps: readonly LeafStep[]): string {
  const name = steps.map(wordOf).join('_');
  return /^\d/.test(name) ? `_${name}` : name;
}

function wordOf(step: LeafStep): string {
  return String(step)
    .replace(/([a-z0-9])(?=[A-Z])/g, '$1_')
    .replace(/[^A-Za-z0-9]/g, '_')
    .toUpperCase();
}

function quoteForShell(text: string): string {
  if (text === '' || BARE.test(text)) return text;
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replace(/["\\$`]/g, '\\$&')}"`;
}
