import { isJsonObject, SecretValue } from '@binnacle/domain';

/** The values that came beside a revision, by the names of its references. */
export type Secrets = ReadonlyMap<string, SecretValue>;

export const NO_SECRETS: Secrets = new Map();

/** Shorter values would be found in any text. */
const MIN_MASKED_CHARACTERS = 4;

/** Takes plain values from outside; null when they are none. */
export function readSecrets(value: unknown): Secrets | null {
  if (value === undefined) return NO_SECRETS;
  if (!isJsonObject(value)) return null;
  const secrets = new Map<string, SecretValue>();
  for (const [name, plain] of Object.entries(value)) {
    if (typeof plain !== 'string') return null;
    secrets.set(name, new SecretValue(plain));
  }
  return secrets;
}

/** A text that is told to others, without any of these values: whoever wrote it may have put one in. */
export function maskSecrets(text: string, secrets: Secrets = NO_SECRETS): string {
  let masked = text;
  for (const secret of secrets.values()) {
    const plain = secret.reveal();
    if (plain.length >= MIN_MASKED_CHARACTERS) masked = masked.replaceAll(plain, String(secret));
  }
  return masked;
}

/** All secrets inside of a value, for masking; their names mean nothing. */
export function secretsWithin(value: unknown, found: Map<string, SecretValue> = new Map()): Secrets {
  if (value instanceof SecretValue) found.set(String(found.size), value);
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) secretsWithin(member, found);
  return found;
}
