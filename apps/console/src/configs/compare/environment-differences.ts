import {
  appendPointer,
  diffJson,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '@binnacle/domain';
import type { EffectiveConfigBody, LeafOriginBody } from '@binnacle/contracts';

/** One place where two environments differ. What one does not have there is absent. */
export interface EnvironmentDifference {
  readonly pointer: JsonPointer;
  readonly here?: Json;
  readonly there?: Json;
  readonly hereOrigin: LeafOriginBody | undefined;
  readonly thereOrigin: LeafOriginBody | undefined;
}

type Config = Pick<EffectiveConfigBody, 'content' | 'origins'>;

/** Where two effective configs differ: leaf by leaf in objects that both have, arrays and new objects as one. */
export function differencesBetween(here: Config | undefined, there: Config): EnvironmentDifference[] {
  const found: EnvironmentDifference[] = [];
  const origin = (config: Config | undefined, pointer: JsonPointer): LeafOriginBody | undefined =>
    config?.origins !== undefined && Object.hasOwn(config.origins, pointer)
      ? config.origins[pointer]
      : undefined;
  const differ = (pointer: JsonPointer, sides: { here?: Json; there?: Json }): void => {
    found.push({ pointer, ...sides, hereOrigin: origin(here, pointer), thereOrigin: origin(there, pointer) });
  };
  const visit = (pointer: JsonPointer, before: JsonObject, after: JsonObject): void => {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const place = appendPointer(pointer, key);
      const one = Object.hasOwn(before, key) ? before[key] : undefined;
      const other = Object.hasOwn(after, key) ? after[key] : undefined;
      if (isJsonObject(one) && isJsonObject(other)) visit(place, one, other);
      else if (one === undefined) differ(place, { there: other as Json });
      else if (other === undefined) differ(place, { here: one });
      else if (diffJson(one, other).length > 0) differ(place, { here: one, there: other });
    }
  };
  visit('', here?.content ?? {}, there.content);
  return found;
}
