import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeLayers, traceLayers } from './effective-config.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import { pointerTokens } from './json-pointer.js';
import { type ExplainedLayer, explainOrigins, TooMuchToExplain } from './leaf-origins.js';
import { mergePatch } from './merge-patch.js';

const layer = (label: string, content: JsonObject, isShown = true): ExplainedLayer => ({
  label,
  document: `orders/${label}`,
  version: 3,
  content,
  isShown,
});
const named = (label: string) => ({ layer: label, document: `orders/${label}`, version: 3 });

describe('explainOrigins', () => {
  it('names the document that set a leaf, and all that it hid, lowest first', () => {
    const layers = [
      layer('include:common', { port: 1 }),
      layer('base', { port: 2, host: 'a' }),
      layer('prod', { port: 3 }),
    ];
    expect(explainOrigins(layers)).toEqual({
      '/port': {
        ...named('prod'),
        hides: [
          { ...named('include:common'), value: 1 },
          { ...named('base'), value: 2 },
        ],
      },
      '/host': { ...named('base'), hides: [] },
    });
  });

  it('tells of what was removed in between, and of what stood above', () => {
    const layers = [
      layer('a', { x: { y: 1 } }),
      layer('b', { x: { y: null } }),
      layer('c', { x: 7 }),
      layer('d', { x: { y: 2 } }),
    ];
    expect(explainOrigins(layers)['/x/y']?.hides).toEqual([
      { ...named('a'), value: 1 },
      { ...named('b'), value: null },
      { ...named('c'), value: 7, pointer: '/x' },
    ]);
  });

  it('keeps values that are not to be shown, or are too large', () => {
    const layers = [
      layer('secretive', { a: 1 }, false),
      layer('large', { a: 'x'.repeat(2_000) }),
      layer('prod', { a: 2 }),
    ];
    expect(explainOrigins(layers)['/a']?.hides).toEqual([named('secretive'), named('large')]);
  });

  it('refuses what would be many times as long as the config', () => {
    const members = Object.fromEntries(Array.from({ length: 2_300 }, (_, index) => [`m${index}`, 1]));
    expect(() => explainOrigins([layer('base', { ['k'.repeat(15_000)]: members })])).toThrow(
      TooMuchToExplain,
    );
    const layers = Array.from({ length: 20 }, (_, index) => layer(`layer-${index}`, members));
    expect(Object.keys(explainOrigins(layers))).toHaveLength(2_300);
  });

  it('measures a large value above many leaves once', () => {
    let measured = 0;
    const list = Object.assign([1, 2], { toJSON: () => ((measured += 1), 'x') });
    const members = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`m${index}`, 1]));
    const hidden = Array.from({ length: 2_000 }, () => 1);
    explainOrigins([layer('base', { a: [list, ...hidden] }), layer('prod', { a: members })]);
    expect(measured).toBe(1);
  });

  it('holds for keys that every object has by itself', () => {
    const hostile = JSON.parse('{"__proto__": 1, "constructor": {"prototype": 2}}') as JsonObject;
    const origins = explainOrigins([layer('base', hostile), layer('prod', hostile)]);
    expect(Object.keys(origins).sort()).toEqual(['/__proto__', '/constructor/prototype']);
  });
});

const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'a/b', '~');
const contents = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, 1, 'x', true),
    fc.array(fc.integer(), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(keys, tie('value')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries) as JsonObject),
})).object;
const layerLists = fc
  .array(contents, { minLength: 1, maxLength: 5 })
  .map((all) => all.map((content, index) => layer(`l${index}`, content)));

const at = (value: Json, tokens: readonly string[]): Json | undefined =>
  tokens.reduce<Json | undefined>(
    (inner, token) => (isJsonObject(inner) && Object.hasOwn(inner, token) ? inner[token] : undefined),
    value,
  );

/** The value without what `null` removes; undefined when it is such a `null` itself. */
const applied = (value: Json | undefined) => (isJsonObject(value) ? mergePatch({}, value) : value);

describe('explaining agrees with merging', () => {
  it('has the leaves of the merged config, each with the value that the named layer gives it', () => {
    fc.assert(
      fc.property(layerLists, (layers) => {
        const merged = mergeLayers(layers);
        const origins = explainOrigins(layers);
        expect(new Set(Object.keys(origins))).toEqual(new Set(traceLayers(layers).keys()));
        for (const [leaf, { layer: label }] of Object.entries(origins)) {
          const tokens = pointerTokens(leaf);
          const setter = layers.find((one) => one.label === label);
          expect(applied(at(setter?.content ?? null, tokens))).toEqual(at(merged, tokens));
        }
      }),
    );
  });

  it('hides lower layers only, in their order, with what they say there', () => {
    fc.assert(
      fc.property(layerLists, (layers) => {
        for (const [leaf, { layer: label, hides }] of Object.entries(explainOrigins(layers))) {
          const indexes = [...hides.map((hidden) => hidden.layer), label].map((one) =>
            layers.findIndex((each) => each.label === one),
          );
          expect(indexes).toEqual([...new Set(indexes)].sort((one, other) => one - other));
          for (const { layer: hidden, value, pointer = leaf } of hides)
            expect(value).toEqual(
              at(layers.find((one) => one.label === hidden)?.content ?? null, pointerTokens(pointer)),
            );
        }
      }),
    );
  });

  it('shows what is there once the layer that set a leaf is gone', () => {
    fc.assert(
      fc.property(layerLists, (layers) => {
        for (const [leaf, { layer: label, hides }] of Object.entries(explainOrigins(layers))) {
          const top = hides.at(-1);
          if (top === undefined || top.pointer !== undefined || isJsonObject(top.value) || top.value === null)
            continue;
          const index = layers.findIndex((one) => one.label === label);
          // Nothing above it says anything of the place, or it would have set the leaf.
          const left = layers.slice(0, index);
          expect(at(mergeLayers(left), pointerTokens(leaf))).toEqual(top.value);
        }
      }),
    );
  });
});
