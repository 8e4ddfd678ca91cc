import type { Json } from '@binnacle/domain';
import type { KeyDescription } from '@binnacle/domain/describe-key';
import type { ContentFormat } from '@binnacle/domain/parse-content';

/** What a completion writes, and which part of it is selected afterwards. */
export interface WrittenValue {
  readonly text: string;
  readonly selectFrom: number;
  readonly selectTo: number;
}

const PLAIN_YAML = /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/;
/** Of YAML 1.2 core and, for other readers, of YAML 1.1. */
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|nan|inf)$/i;

/** A JSON value as one line of the format. */
export function writtenScalar(value: Json, format: ContentFormat): string {
  if (format === 'yaml' && typeof value === 'string' && PLAIN_YAML.test(value) && !WORDS.test(value))
    return value;
  return JSON.stringify(value);
}

export function writtenKey(name: string, format: ContentFormat): string {
  return writtenScalar(name, format);
}

/** What is written behind a new key: its default, or the beginning of a value of its type. */
export function writtenValue(
  description: KeyDescription,
  format: ContentFormat,
  indentation: string,
): WrittenValue {
  const { default: fallback, type, enum: values } = description;
  if (fallback !== undefined && typeof fallback !== 'object') {
    const text = writtenScalar(fallback, format);
    // Behind it, not selected: Enter would put a line break in its place.
    return selected(text, text.length, text.length);
  }
  if (values !== undefined) return selected('', 0, 0);
  switch (type[0]) {
    case 'string':
      return format === 'json' ? selected('""', 1, 1) : selected('', 0, 0);
    case 'object':
      return format === 'json' ? selected('{}', 1, 1) : block(`${indentation}  `);
    case 'array':
      return format === 'json' ? selected('[]', 1, 1) : block(`${indentation}  - `);
    default:
      return selected('', 0, 0);
  }
}

function block(lead: string): WrittenValue {
  return selected(`\n${lead}`, lead.length + 1, lead.length + 1);
}

function selected(text: string, selectFrom: number, selectTo: number): WrittenValue {
  return { text, selectFrom, selectTo };
}
