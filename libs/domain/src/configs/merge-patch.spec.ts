import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from './json.js';
import { mergePatch } from './merge-patch.js';

const parse = (text: string) => JSON.parse(text) as Json;

/** RFC 7396 appendix A, in its order: original, patch, result. */
const RFC_EXAMPLES: [string, string, string][] = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
];

const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  'hasOwnProperty',
  'a',
  '1',
);
const { tree: json } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, 1.5, 'x', ''),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(hostileKey, tie('tree')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as JsonObject),
  ),
}));

describe('mergePatch', () => {
  it.each(RFC_EXAMPLES)('turns %s with %s into %s', (original, patch, result) => {
    expect(mergePatch(parse(original), parse(patch))).toEqual(parse(result));
  });

  it('changes neither the target nor the patch', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = [JSON.stringify(target), JSON.stringify(patch)];
        mergePatch(target, patch);
        expect([JSON.stringify(target), JSON.stringify(patch)]).toEqual(before);
      }),
    );
  });

  it('gives the same when a patch is applied twice', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(JSON.stringify(mergePatch(once, patch))).toBe(JSON.stringify(once));
      }),
    );
  });

  it('leaves out what the patch sets to null, at every depth', () => {
    fc.assert(
      fc.property(json, (patch) => {
        const merged = mergePatch({}, patch);
        const nullMembers = (value: Json): number =>
          typeof value !== 'object' || value === null || Array.isArray(value)
            ? 0
            : Object.values(value).reduce<number>((sum, v) => sum + (v === null ? 1 : nullMembers(v)), 0);
        if (merged !== null) expect(nullMembers(merged)).toBe(0);
      }),
    );
  });

  it('treats hostile keys as data and pollutes no prototype', () => {
    const prototypeKeys = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const merged = mergePatch(target, patch);
        expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys);
        if (typeof merged === 'object' && merged !== null && !Array.isArray(merged)) {
          expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
        }
      }),
    );
    const merged = mergePatch(
      parse('{"__proto__":{"a":1}}'),
      parse('{"__proto__":{"b":2},"constructor":{"c":3}}'),
    );
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"a":1,"b":2},"constructor":{"c":3}}');
    expect(({} as Record<string, unknown>)['b']).toBeUndefined();
    expect(JSON.stringify(mergePatch({}, parse('{"toString":{"a":1},"__proto__":null}')))).toBe(
      '{"toString":{"a":1}}',
    );
  });
});
