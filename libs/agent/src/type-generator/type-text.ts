import { isJsonObject, type Json } from '@binnacle/domain';

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** The type that only this value has. */
export function literalType(value: Json): string {
  if (Array.isArray(value)) return `readonly [${value.map(literalType).join(', ')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `readonly ${propertyName(key)}: ${literalType(member)}`,
  );
  return members.length === 0 ? '{ readonly [key: string]: never }' : `{ ${members.join('; ')} }`;
}

export function propertyName(key: string): string {
  return IDENTIFIER.test(key) ? key : JSON.stringify(key);
}

/** `never` for none, and `unknown` when that is one of them, as the compiler has it. */
export function union(types: readonly string[]): string {
  const different = [...new Set(types)].filter((type) => type !== 'never');
  if (different.includes('unknown')) return 'unknown';
  const [first = 'never', ...others] = different;
  return others.length === 0 ? first : different.map(inUnion).join(' | ');
}

function inUnion(type: string): string {
  return type.includes(' & ') || type.startsWith('readonly ') ? `(${type})` : type;
}
