import type { Pair } from '../pair.js';
import type { DataKey } from './data-key-store.js';
import { type Place, seal, type Sealed, unseal } from './sealed-box.js';

/** One version of one secret. */
export interface SecretPlace extends Pair {
  readonly name: string;
  readonly version: number;
}

export function sealSecret({ key }: DataKey, place: SecretPlace, value: string): Sealed {
  return seal(key, toPlace(place), Buffer.from(value, 'utf8'));
}

/** @throws SealBroken */
export function openSecret({ key }: DataKey, place: SecretPlace, sealed: Sealed): string {
  return unseal(key, toPlace(place), sealed).toString('utf8');
}

function toPlace({ workspaceId, service, environment, name, version }: SecretPlace): Place {
  return ['binnacle secret', workspaceId, service, environment, name, version];
}
