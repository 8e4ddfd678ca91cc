import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import { composeConfig, measureChange, recomposeConfig } from './compose-config.js';
import { contentHash } from './content-hash.js';
import { countChanges } from './count-changes.js';
import { type Layer, mergeLayers } from './effective-config.js';
import type { JsonObject } from './json.js';

const layer = (content: JsonObject): Layer => ({ label: '', content });
const contents = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.oneof(fc.integer(), fc.constant(null), fc.dictionary(fc.constantFrom('x', 'y'), fc.integer())),
);
const layerLists = fc.array(contents.map(layer), { maxLength: 4 });

describe('recomposeConfig', () => {
  it('agrees with merging and counting by themselves', () => {
    fc.assert(
      fc.property(layerLists, layerLists, (before, after) => {
        const { canonical, hash, change } = recomposeConfig(before, after);
        expect(canonical).toBe(canonicalJson(mergeLayers(after)));
        expect(hash).toBe(contentHash(canonical));
        expect(change.counts).toEqual(countChanges(mergeLayers(before), mergeLayers(after)));
        expect(composeConfig(after)).toMatchObject({ canonical, hash });
      }),
    );
  });

  it('knows the references to secrets of both sides', () => {
    const held = [layer({ a: { $secret: 'old' } })];
    const { heldReferences, secrets } = recomposeConfig(held, [...held, layer({ b: { $secret: 'new' } })]);
    expect(heldReferences).toEqual([{ pointer: '/a', name: 'old' }]);
    expect(secrets.references.map(({ name }) => name)).toEqual(['old', 'new']);
  });

  it('asks for nothing to be confirmed where there was nothing, or where nothing changes', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index]));
    expect(recomposeConfig([], [layer(many)]).change.gates).toEqual([]);
    expect(recomposeConfig([layer(many)], [layer(many), layer({})]).change.gates).toEqual([]);
    expect(recomposeConfig([layer(many)], [layer({})]).change.gates).toMatchObject([{ kind: 'keys' }]);
  });
});

it('measures a document that is new as one that nothing is lost of', () => {
  const written = (content: JsonObject) => ({ content, canonical: canonicalJson(content) });
  const { counts, gates } = measureChange(written({}), written({ a: 1 }), false);
  expect(counts.added).toBe(1);
  expect(gates).toEqual([]);
});
