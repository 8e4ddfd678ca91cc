import fc from 'fast-check';
import type { Json, JsonObject } from '@binnacle/domain';

/** Keys that have harmed programs, and a few plain ones that meet often. */
export const HOSTILE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '/',
  '~',
  '~1',
  '0',
  '1',
  'a',
  'b',
  'é',
] as const;

const SCALARS = [null, true, false, 0, -0, 1.5, 'x', '', '1', 'a longer text'] as const;

function treeOf(arrays: boolean) {
  return fc.letrec<{ tree: Json; object: JsonObject }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(...SCALARS),
      ...(arrays ? [fc.array(tie('tree'), { maxLength: 5 })] : []),
      tie('object'),
    ),
    // From entries, as an assignment to `__proto__` would set none.
    object: fc
      .array(fc.tuple(fc.constantFrom(...HOSTILE_KEYS), tie('tree')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries) as JsonObject),
  }));
}

/** Any JSON, with hostile keys. */
export const arbitraryJson = treeOf(true).tree;
/** Objects with hostile keys, as contents of documents are. */
export const arbitraryContent = treeOf(true).object;
/** The same without arrays in it. */
export const arbitraryObject = treeOf(false).object;
