import {
  checkContentLimits,
  DEFAULT_CONTENT_LIMITS,
  isJsonObject,
  SECRET_KEY,
  type Json,
  type JsonObject,
  type SecretValue,
} from '@binnacle/domain';
import type { ConfigLayer } from './config-layer.js';
import { formatKey, valueAt } from './key-path.js';
import { patchAt, sealedReference, type SecretKeys } from './secret-keys.js';

/** One value that the surroundings of the process give, as text. */
export interface Override {
  readonly layer: 'environment' | 'commandLine';
  readonly source: string;
  readonly text: string;
  /** Where it belongs, given what is below; null when that cannot be told. */
  readonly place: (below: JsonObject) => readonly string[] | null;
}

export type OverrideReading =
  { readonly ok: true; readonly layer: ConfigLayer } | { readonly ok: false; readonly reason: string };

/**
 * Gives a text the kind of the value that it hides; where there is none, it is JSON when it can be read as such, else a
 * text. What hides a secret is one, and goes to `secrets`. The reason of a refusal never holds the text: it may be a secret.
 */
export function readOverride(
  override: Override,
  below: JsonObject,
  secretKeys: SecretKeys,
  secrets: Map<string, SecretValue>,
): OverrideReading {
  const { layer, source, text } = override;
  const segments = override.place(below);
  if (segments === null) return refuse('its name fits more than one key');
  for (let depth = 0; depth < segments.length; depth++) {
    const parent = valueAt(below, segments.slice(0, depth));
    if (parent !== undefined && parent !== null && (!isJsonObject(parent) || isReference(parent)))
      return refuse(`"${formatKey(segments.slice(0, depth))}" is ${nameKind(parent)}, which has no keys`);
  }
  const hidden = valueAt(below, segments);
  if (isReference(hidden) || secretKeys.has(segments)) {
    const { reference, secret } = sealedReference(text, secrets);
    return { ok: true, layer: { layer, source, content: patchAt(segments, reference), secret } };
  }
  const value = readAs(hidden, text);
  if (value === undefined) return refuse(`"${formatKey(segments)}" is ${nameKind(hidden)}, and this is not`);
  const [limit] = checkContentLimits(value, DEFAULT_CONTENT_LIMITS);
  if (limit !== undefined) return refuse(`it ${limit.message}`);
  if (holdsReference(value) || holdsReference(hidden))
    return refuse('where secrets are, each is set by a variable or option of its own');
  return { ok: true, layer: { layer, source, content: patchAt(segments, value) } };
}

function refuse(reason: string): OverrideReading {
  return { ok: false, reason };
}

/** The text as a value of the same kind; undefined when it is none. */
function readAs(hidden: Json | undefined, text: string): Json | undefined {
  if (typeof hidden === 'string') return text;
  const parsed = parseJson(text);
  if (hidden === undefined || hidden === null) return parsed ?? text;
  if (typeof hidden === 'boolean') {
    if (text === '1' || text === '0') return text === '1';
    return typeof parsed === 'boolean' ? parsed : undefined;
  }
  if (parsed === undefined || parsed === null) return undefined;
  const isSameKind = typeof parsed === typeof hidden && Array.isArray(parsed) === Array.isArray(hidden);
  return isSameKind ? parsed : undefined;
}

/** Undefined for what is no JSON, or a number that JavaScript cannot hold. */
function parseJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value === 'number' && (!Number.isFinite(value) || isUnsafeInteger(value))) return undefined;
    return value;
  } catch {
    return undefined;
  }
}

function isUnsafeInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

export function isReference(value: unknown): boolean {
  return isJsonObject(value) && Object.hasOwn(value, SECRET_KEY);
}

/** Whether a reference to a secret is anywhere inside. Recursive: meant for values inside the content limits. */
export function holdsReference(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isReference(value) || Object.values<Json>(value).some(holdsReference);
}

function nameKind(value: Json | undefined): string {
  if (Array.isArray(value)) return 'an array';
  if (isReference(value)) return 'a secret';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
