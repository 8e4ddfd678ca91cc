import { type LeafStep, renderLeaves } from './config-leaves.js';
import type { RenderedConfig } from './rendered-text.js';
import type { JsonObject } from './json.js';

/**
 * A config as `java.util.Properties` reads it, one `key=value` a line: `/db/pool/max` is `db.pool.max`, `/hosts/0`
 * `hosts[0]`. All but printable ASCII is written as `\uXXXX`, so that it reads the same as ISO 8859-1 and as UTF-8. `null`
 * is empty, an empty array `[]`, an empty object `{}`, a reference to a secret its JSON.
 *
 * Two places of one name (`{"a.b": 1, "a": {"b": 2}}`) are an error, not a line that is left out.
 */
export function renderProperties(content: JsonObject): RenderedConfig {
  return renderLeaves(content, propertyName, (name, text) => `${escapeKey(name)}=${escapeValue(text)}`);
}

function propertyName(steps: readonly LeafStep[]): string {
  return steps.reduce<string>((name, step, index) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return index === 0 ? step : `${name}.${step}`;
  }, '');
}

/** A key ends at the first space, `=` or `:`, and a line that begins with `#` or `!` is a comment. */
function escapeKey(key: string): string {
  return escapeCharacters(key).replace(/[ =:#!]/g, '\\$&');
}

/** Space before a value is skipped unless it is escaped. */
function escapeValue(value: string): string {
  return escapeCharacters(value).replace(/^ /, '\\ ');
}

function escapeCharacters(text: string): string {
  return text.replace(/[\\\t\n\r\f]|[^\x20-\x7e]/g, (char) => {
    switch (char) {
      case '\\':
        return '\\\\';
      case '\t':
        return '\\t';
      case '\n':
        return '\\n';
      case '\r':
        return '\\r';
      case '\f':
        return '\\f';
      default:
        return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    }
  });
}
