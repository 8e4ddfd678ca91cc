import { isJsonArray, isJsonObject, setOwn, type Json, type JsonObject } from './json.js';

/**
 * JSON Merge Patch (RFC 7396 §2): objects merge key by key, `null` removes a key, everything else replaces.
 * Never changes its arguments; the result may share parts with them. Only own properties count, so a key called
 * `constructor` or `__proto__` is plain data.
 */
export function mergePatch(target: Json, patch: Json): Json {
  return isJsonObject(patch) ? mergeObjects(isJsonObject(target) ? target : {}, patch) : patch;
}

/** `mergePatch` for two objects, which always gives an object. */
export function mergeObjects(target: JsonObject, patch: JsonObject): JsonObject {
  // Spread copies own properties by definition, not by assignment: safe for every key.
  const result: { [key: string]: Json } = { ...target };
  for (const key of Object.keys(patch)) {
    const change = patch[key] as Json;
    if (change === null) {
      delete result[key];
    } else if (isScalarOrArray(change)) {
      setOwn(result, key, change);
    } else {
      const current = Object.hasOwn(result, key) ? (result[key] as Json) : null;
      setOwn(result, key, mergePatch(current, change));
    }
  }
  return result;
}

function isScalarOrArray(value: Json): boolean {
  return typeof value !== 'object' || isJsonArray(value);
}
