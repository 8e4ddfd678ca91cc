import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryJson, arbitraryObject } from '../../../../test/harness/arbitrary-json.js';
import { canonicalJson } from './canonical-json.js';
import { compareContents } from './compare-contents.js';
import { countChanges, countLeaves } from './count-changes.js';
import { describeChanges, type DescribedChange } from './describe-changes.js';
import { applyJsonPatch, type JsonPatchOperation } from './json-patch.js';
import type { Json } from './json.js';
import { pointerTokens } from './json-pointer.js';

const parse = (text: string) => JSON.parse(text) as Json;

/** What stands at a place; throws when there is nothing. */
function at(value: Json, pointer: string): Json {
  return pointerTokens(pointer).reduce<Json>((container, token) => {
    if (typeof container !== 'object' || container === null || !Object.hasOwn(container, token))
      throw new Error(`nothing at ${JSON.stringify(pointer)}`);
    return (container as Record<string, Json>)[token] as Json;
  }, value);
}

/** Every pair of sides that a change names, against the contents that it was made of. */
function expectTrue(change: DescribedChange, from: Json, to: Json): void {
  if ('omitted' in change) return;
  const same = (one: Json, other: Json) => expect(canonicalJson(one)).toBe(canonicalJson(other));
  switch (change.kind) {
    case 'added':
      return same(at(to, change.pointer), change.after);
    case 'removed':
      return same(at(from, change.pointer), change.before);
    case 'changed':
      same(at(to, change.pointer), change.after);
      return expect(canonicalJson(change.before)).not.toBe(canonicalJson(change.after));
    case 'moved':
      same(at(from, change.from), change.before);
      same(at(to, change.pointer), change.after);
      return same(change.before, change.after);
  }
}

describe('describeChanges', () => {
  it.each<[string, string, string, object[]]>([
    [
      'what is new, gone and changed',
      '{"b":1,"c":1,"x":{"y":1}}',
      '{"a":1,"c":2,"x":{"y":2}}',
      [
        { kind: 'added', pointer: '/a', after: 1 },
        { kind: 'removed', pointer: '/b', before: 1 },
        { kind: 'changed', pointer: '/c', before: 1, after: 2 },
        { kind: 'changed', pointer: '/x/y', before: 1, after: 2 },
      ],
    ],
    [
      'a key that was renamed',
      '{"pool":{"min":1,"max":2},"z":1}',
      '{"connections":{"max":2,"min":1},"z":1}',
      [
        {
          kind: 'moved',
          pointer: '/connections',
          from: '/pool',
          before: { min: 1, max: 2 },
          after: { min: 1, max: 2 },
        },
      ],
    ],
    [
      'an element that went to another place',
      '{"hosts":["a.example.org","b","c"]}',
      '{"hosts":["b","c","a.example.org"]}',
      [
        {
          kind: 'moved',
          pointer: '/hosts/2',
          from: '/hosts/0',
          before: 'a.example.org',
          after: 'a.example.org',
        },
      ],
    ],
    [
      'small values that are gone here and new there, not as moves',
      '{"a":true}',
      '{"b":true}',
      [
        { kind: 'removed', pointer: '/a', before: true },
        { kind: 'added', pointer: '/b', after: true },
      ],
    ],
    [
      'what was there twice, not as a move',
      '{"a":{"x":1},"b":{"x":1}}',
      '{"c":{"x":1}}',
      [
        { kind: 'removed', pointer: '/a', before: { x: 1 } },
        { kind: 'removed', pointer: '/b', before: { x: 1 } },
        { kind: 'added', pointer: '/c', after: { x: 1 } },
      ],
    ],
    [
      'elements of arrays by where they were and are',
      '[1,2,3,4,5]',
      '[2,3,9,5,6]',
      [
        { kind: 'removed', pointer: '/0', before: 1 },
        { kind: 'changed', pointer: '/2', before: 4, after: 9 },
        { kind: 'added', pointer: '/4', after: 6 },
      ],
    ],
    [
      'what is gone inside of an element that has another place now',
      '[9,1,{"a":1,"b":2}]',
      '[1,{"a":1}]',
      [
        { kind: 'removed', pointer: '/0', before: 9 },
        { kind: 'removed', pointer: '/2/b', before: 2 },
      ],
    ],
    ['nothing of equal contents', '{"a":[1,{"b":2,"c":3}]}', '{"a":[1,{"c":3,"b":2}]}', []],
  ])('tells %s', (_what, from, to, changes) => {
    expect(describeChanges(parse(from), parse(to))).toEqual({
      changes,
      total: changes.length,
      truncated: false,
    });
  });

  it('says what is true of both contents, and something exactly when they differ', () => {
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, (from, to) => {
        const { changes, total, truncated } = describeChanges(from, to);
        expect(truncated).toBe(false);
        expect(total).toBe(changes.length);
        expect(changes.length === 0).toBe(canonicalJson(from) === canonicalJson(to));
        for (const change of changes) expectTrue(change, from, to);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is enough to make the newer of two trees of objects', () => {
    fc.assert(
      fc.property(arbitraryObject, arbitraryObject, (from, to) => {
        const { changes } = describeChanges(from, to);
        const operations = changes.flatMap((change): JsonPatchOperation[] => {
          if ('omitted' in change) throw new Error('nothing may be omitted');
          const { pointer: path } = change;
          switch (change.kind) {
            case 'added':
              return [{ op: 'add', path, value: change.after }];
            case 'removed':
              return [{ op: 'remove', path }];
            case 'changed':
              return [{ op: 'replace', path, value: change.after }];
            case 'moved':
              return [{ op: 'move', from: change.from, path }];
          }
        });
        const result = applyJsonPatch(from, operations);
        if (!result.ok) throw new Error(result.message);
        expect(canonicalJson(result.value)).toBe(canonicalJson(to));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is cut to fit, and says so', () => {
    const from = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key-${index}`, index]));
    const bounds = { maxChanges: 10, maxCharactersOfChange: 100, maxCharacters: 10_000 };
    const few = describeChanges(from, {}, bounds);
    expect(few).toMatchObject({ total: 50, truncated: true });
    expect(few.changes).toHaveLength(10);
    const large = describeChanges({ a: 'x'.repeat(200) }, { a: 'y'.repeat(200), b: 1 }, bounds);
    expect(large).toEqual({
      changes: [
        { kind: 'changed', pointer: '/a', omitted: true },
        { kind: 'added', pointer: '/b', after: 1 },
      ],
      total: 2,
      truncated: true,
    });
    const all = describeChanges(from, {}, { ...bounds, maxChanges: 100, maxCharacters: 300 });
    expect(JSON.stringify(all.changes).length).toBeLessThan(400);
    expect(all).toMatchObject({ total: 50, truncated: true });
  });
});

describe('countChanges', () => {
  it.each<[string, string, object]>([
    ['{"a":1,"b":{"c":2,"e":3}}', '{"a":2,"d":{"x":1,"y":{}}}', { added: 2, changed: 1, removed: 2 }],
    ['{"a":[1,2]}', '{"a":[1,2,3]}', { added: 0, changed: 1, removed: 0 }],
    ['{"a":1}', '{"a":{"b":1,"c":1}}', { added: 2, changed: 0, removed: 1 }],
    ['{"a":{"x":1,"y":1}}', '{"a":{"y":1,"x":1}}', { added: 0, changed: 0, removed: 0 }],
    ['{"__proto__":1,"":1}', '{"__proto__":2,"/":1}', { added: 1, changed: 1, removed: 1 }],
    ['{}', '{"a":1,"b":[]}', { added: 2, changed: 0, removed: 0 }],
  ])('counts from %s to %s', (from, to, counts) => {
    expect(countChanges(parse(from), parse(to))).toEqual(counts);
  });

  it('counts nothing exactly for equal contents, and the other way round what is added as removed', () => {
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, (from, to) => {
        const { added, changed, removed } = countChanges(from, to);
        expect(added + changed + removed === 0).toBe(canonicalJson(from) === canonicalJson(to));
        expect(countChanges(to, from)).toEqual({ added: removed, changed, removed: added });
        expect(removed + changed).toBeLessThanOrEqual(countLeaves(from));
        expect(added + changed).toBeLessThanOrEqual(countLeaves(to));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('compareContents', () => {
  it('gives a patch that makes the newer content, of any two', () => {
    fc.assert(
      fc.property(arbitraryJson, arbitraryJson, (from, to) => {
        const result = applyJsonPatch(from, compareContents(from, to).patch);
        if (!result.ok) throw new Error(result.message);
        expect(canonicalJson(result.value)).toBe(canonicalJson(to));
      }),
    );
  });

  it('keeps its answer in bounds, and quick, for the largest contents', () => {
    const name = 'k'.repeat(400_000);
    const long = (sign: number) => ({
      [name]: Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`${index}`, sign * index])),
    });
    const full = (text: string) =>
      Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`${index}`, text.repeat(90)]));
    const deep = (leaf: Json) =>
      Array.from({ length: 99 }).reduce<Json>((inner) => ({ inner, text: 'x'.repeat(10_000) }), leaf);
    for (const [from, to] of [
      [long(1), long(-1)],
      [full('a'), full('b')],
      [deep(1), deep(2)],
      [full('a'), {}],
    ] as [Json, Json][]) {
      const startMs = performance.now();
      const compared = compareContents(from, to);
      const size = JSON.stringify(compared).length;
      expect(performance.now() - startMs).toBeLessThan(1_000);
      expect(size).toBeLessThan(3_000_000);
      const result = applyJsonPatch(from, compared.patch);
      expect(result).toEqual({ ok: true, value: to });
    }
  });
});
