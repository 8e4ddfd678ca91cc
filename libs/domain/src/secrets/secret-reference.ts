import type { ContentError } from '../configs/content-limits.js';
import { isJsonArray, isJsonObject, setOwn, type Json, type JsonObject } from '../configs/json.js';
import { appendPointer, type JsonPointer } from '../configs/json-pointer.js';
import { JsonWalk } from '../configs/json-walk.js';

/** The key that makes an object a reference: `{"$secret": "db-password"}`. */
export const SECRET_KEY = '$secret';
/** Distinct secrets in one effective config: with values of 64 KiB still a push that a socket can carry. */
export const MAX_SECRETS_PER_CONFIG = 100;

const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_ERRORS = 20;

/** A place in a content that stands for the value of a secret. */
export interface SecretReference {
  readonly pointer: JsonPointer;
  readonly name: string;
}

export interface SecretReferences {
  /** In document order. */
  readonly references: readonly SecretReference[];
  /** Objects with the key `$secret` that are no references, and references past the limit. At most 20. */
  readonly errors: readonly ContentError[];
}

const NONE: SecretReferences = { references: [], errors: [] };

/**
 * Finds the references to secrets in an effective config: objects whose single key is `$secret` and whose value is a
 * name. Meant for merged contents inside the content limits; in a single document `{"$secret": null}` is a patch.
 *
 * @param canonical the content as canonical JSON, when it is at hand: most contents are then known without a walk
 * @example findSecretReferences({db: {password: {$secret: 'db-password'}}}).references
 *          // [{pointer: '/db/password', name: 'db-password'}]
 */
export function findSecretReferences(content: JsonObject, canonical?: string): SecretReferences {
  if (canonical !== undefined && !canonical.includes(`"${SECRET_KEY}":`)) return NONE;
  const references: SecretReference[] = [];
  const errors: ContentError[] = [];
  const names = new Set<string>();
  const walk = new JsonWalk(content);
  for (let node = walk.next(); node !== undefined && errors.length < MAX_ERRORS; node = walk.next()) {
    const { value } = node;
    if (!isJsonObject(value) || !Object.hasOwn(value, SECRET_KEY)) continue;
    const pointer = walk.pointer();
    const fault = referenceFault(value, pointer);
    const name = value[SECRET_KEY] as string;
    if (fault !== undefined) errors.push({ pointer, message: fault });
    else if (names.size === MAX_SECRETS_PER_CONFIG && !names.has(name))
      errors.push({ pointer, message: `a config may refer to at most ${MAX_SECRETS_PER_CONFIG} secrets` });
    else references.push({ pointer, name: names.add(name) && name });
  }
  return { references, errors };
}

/** The names that these references mention, each once, in order. */
export function secretNames(references: readonly SecretReference[]): string[] {
  return [...new Set(references.map(({ name }) => name))].sort();
}

/**
 * The content with something else in the place of every reference. Parts without references are shared, not copied.
 * A place that is no longer there is left out.
 */
export function replaceReferences<Value>(
  content: JsonObject,
  references: readonly SecretReference[],
  valueOf: (name: string) => Value,
): JsonObject {
  if (references.length === 0) return content;
  const names = new Map(references.map(({ pointer, name }) => [pointer, name]));
  const copy = (value: Json, pointer: JsonPointer): Json => {
    const name = names.get(pointer);
    // What takes the place need not be JSON: the caller knows what it reads.
    if (name !== undefined) return valueOf(name) as Json;
    if (isJsonArray(value)) return inArray(value, pointer);
    return isJsonObject(value) ? inObject(value, pointer) : value;
  };
  const inArray = (elements: readonly Json[], pointer: JsonPointer): Json => {
    const copied = elements.map((element, index) => copy(element, appendPointer(pointer, index)));
    return copied.some((element, index) => element !== elements[index]) ? copied : elements;
  };
  const inObject = (members: JsonObject, pointer: JsonPointer): JsonObject => {
    const copied: { [key: string]: Json } = {};
    let isSame = true;
    for (const key of Object.keys(members)) {
      const member = members[key] as Json;
      const replaced = copy(member, appendPointer(pointer, key));
      isSame &&= replaced === member;
      setOwn(copied, key, replaced);
    }
    return isSame ? members : copied;
  };
  return inObject(content, '');
}

function referenceFault(value: JsonObject, pointer: JsonPointer): string | undefined {
  const others = Object.keys(value).filter((key) => key !== SECRET_KEY);
  if (pointer === '')
    return `the whole config cannot be a secret; put "${SECRET_KEY}" at a place inside of it`;
  if (others.length > 0) {
    const [first = ''] = others;
    return (
      `a reference to a secret has no key but "${SECRET_KEY}", and here ${JSON.stringify(first.slice(0, 60))} stands ` +
      'beside it; remove one of them, with null where another layer sets it'
    );
  }
  const name = value[SECRET_KEY];
  if (typeof name === 'string' && NAME_PATTERN.test(name)) return undefined;
  return `"${SECRET_KEY}" must name a secret: 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit`;
}
