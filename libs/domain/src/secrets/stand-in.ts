import type { JsonObject } from '../configs/json.js';
import type { JsonPointer } from '../configs/json-pointer.js';
import { findSecretReferences, replaceReferences } from './secret-reference.js';

const STAND_IN = '[secret]';
const NO_PLACES: ReadonlySet<JsonPointer> = new Set();

/**
 * A content fit for a schema that knows nothing of secrets: every reference became a string, and `places` tells where.
 * Which string is not known: of those places only the type may count.
 *
 * @param canonical the content as canonical JSON, when it is at hand
 */
export function standInForSecrets(
  content: JsonObject,
  canonical?: string,
): { readonly content: JsonObject; readonly places: ReadonlySet<JsonPointer> } {
  const { references } = findSecretReferences(content, canonical);
  if (references.length === 0) return { content, places: NO_PLACES };
  return {
    content: replaceReferences(content, references, () => STAND_IN),
    places: new Set(references.map(({ pointer }) => pointer)),
  };
}
