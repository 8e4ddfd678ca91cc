import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainLayers, type Layer, mergeLayers } from './effective-config.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import { appendPointer, type JsonPointer } from './json-pointer.js';

const base: Layer = {
  label: 'base',
  content: { server: { port: 80, host: 'a', tls: { on: false } }, list: [1, 2], gone: 1, empty: {} },
};
const prod: Layer = {
  label: 'prod',
  content: { server: { port: 443, tls: { on: null } }, list: [3], gone: null, 'a/b~c': true },
};

describe('mergeLayers', () => {
  it('merges each layer over the ones before', () => {
    expect(mergeLayers([base, prod])).toEqual({
      server: { port: 443, host: 'a', tls: {} },
      list: [3],
      empty: {},
      'a/b~c': true,
    });
  });

  it('removes nulls of the first layer too', () => {
    expect(mergeLayers([{ label: 'base', content: { a: null, b: { c: null } } }])).toEqual({ b: {} });
  });

  it('gives an empty object without layers', () => {
    expect(mergeLayers([])).toEqual({});
  });
});

describe('explainLayers', () => {
  it('names the layer that set each leaf', () => {
    expect(explainLayers([base, prod])).toEqual({
      '/server/port': 'prod',
      '/server/host': 'base',
      '/server/tls': 'prod',
      '/list': 'prod',
      '/empty': 'base',
      '/a~1b~0c': 'prod',
    });
  });

  it('follows an object that replaces a scalar, and a scalar that replaces an object', () => {
    const layers = [
      { label: '1', content: { a: 5, b: { c: 1 } } },
      { label: '2', content: { a: { x: 1 }, b: 7 } },
    ];
    expect(explainLayers(layers)).toEqual({ '/a/x': '2', '/b': '2' });
  });

  it('explains an empty config as one leaf, and no layers as none', () => {
    expect(explainLayers([{ label: 'base', content: {} }])).toEqual({ '': 'base' });
    expect(explainLayers([])).toEqual({});
  });

  it('has exactly the leaves of the merged config, each of a layer that wrote it', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 4 }), (contents) => {
        const layers = contents.map((layerContent, index) => ({
          label: `layer-${index}`,
          content: layerContent,
        }));
        const merged = mergeLayers(layers);
        const origins = explainLayers(layers);
        const leaves = leavesOf(merged, '');
        expect(Object.keys(origins).sort()).toEqual([...leaves.keys()].sort());
        for (const [pointer, leaf] of leaves) {
          const index = layers.findIndex(({ label }) => label === origins[pointer]);
          const upTo = leavesOf(mergeLayers(layers.slice(0, index + 1)), '');
          expect(upTo.get(pointer)).toEqual(leaf);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const { object: content } = fc.letrec<{ object: JsonObject; member: Json }>((tie) => ({
  object: fc
    .array(fc.tuple(fc.constantFrom('a', 'b', '/', '~', '', '__proto__', 'toString', '0'), tie('member')), {
      maxLength: 4,
    })
    .map((entries) => Object.fromEntries(entries) as JsonObject),
  member: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, null, 1, 'x', [], [{ a: null }]),
    tie('object'),
  ),
}));

function leavesOf(value: Json, pointer: JsonPointer): Map<JsonPointer, Json> {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return new Map([[pointer, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, member]) => [...leavesOf(member, appendPointer(pointer, key))]),
  );
}
