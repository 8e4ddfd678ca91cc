import { type ChangeCounts, countChanges } from './count-changes.js';
import { type DescribedChanges, describeDifferences } from './describe-changes.js';
import { findDifferences, type JsonChange, toPatch } from './json-diff.js';
import { JsonIdentities } from './json-identities.js';
import type { Json } from './json.js';

/** What lies between two contents: for programs as a patch, for people as changes. */
export interface ContentComparison extends DescribedChanges {
  /** RFC 6902. Always whole: what would be larger than the newer content itself puts that in its place at once. */
  readonly patch: readonly JsonChange[];
  readonly counts: ChangeCounts;
}

/** A patch of so many UTF-16 units of JSON is shown even when the content is smaller. */
const MAX_PATCH_CHARACTERS = 1_048_576;

/** Compares two contents inside the content limits; every part of the answer is bounded. */
export function compareContents(from: Json, to: Json): ContentComparison {
  const identities = new JsonIdentities();
  const differences = findDifferences(from, to, identities);
  const patch = toPatch(differences);
  return {
    patch: isTooLarge(patch) ? [{ op: 'replace', path: '', value: to }] : patch,
    ...describeDifferences(differences, identities),
    counts: countChanges(from, to),
  };
}

function isTooLarge(patch: readonly JsonChange[]): boolean {
  let charactersLeft = MAX_PATCH_CHARACTERS;
  for (const change of patch) {
    charactersLeft -= JSON.stringify(change).length;
    if (charactersLeft < 0) return true;
  }
  return false;
}
