import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import { diffJson } from './json-diff.js';
import type { Json, JsonObject } from './json.js';
import { applyJsonPatch, type JsonPatchOperation } from './json-patch.js';
import { scanJsonText } from './scan-json-text.js';

/** RFC 6902 appendix A, by its numbers: document, patch, result; null for an error. */
const RFC_EXAMPLES: [string, string, string, string | null][] = [
  ['A.1', '{"foo":"bar"}', '[{"op":"add","path":"/baz","value":"qux"}]', '{"baz":"qux","foo":"bar"}'],
  [
    'A.2',
    '{"foo":["bar","baz"]}',
    '[{"op":"add","path":"/foo/1","value":"qux"}]',
    '{"foo":["bar","qux","baz"]}',
  ],
  ['A.3', '{"baz":"qux","foo":"bar"}', '[{"op":"remove","path":"/baz"}]', '{"foo":"bar"}'],
  ['A.4', '{"foo":["bar","qux","baz"]}', '[{"op":"remove","path":"/foo/1"}]', '{"foo":["bar","baz"]}'],
  [
    'A.5',
    '{"baz":"qux","foo":"bar"}',
    '[{"op":"replace","path":"/baz","value":"boo"}]',
    '{"baz":"boo","foo":"bar"}',
  ],
  [
    'A.6',
    '{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}',
    '[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]',
    '{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}',
  ],
  [
    'A.7',
    '{"foo":["all","grass","cows","eat"]}',
    '[{"op":"move","from":"/foo/1","path":"/foo/3"}]',
    '{"foo":["all","cows","eat","grass"]}',
  ],
  [
    'A.8',
    '{"baz":"qux","foo":["a",2,"c"]}',
    '[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]',
    '{"baz":"qux","foo":["a",2,"c"]}',
  ],
  ['A.9', '{"baz":"qux"}', '[{"op":"test","path":"/baz","value":"bar"}]', null],
  [
    'A.10',
    '{"foo":"bar"}',
    '[{"op":"add","path":"/child","value":{"grandchild":{}}}]',
    '{"child":{"grandchild":{}},"foo":"bar"}',
  ],
  [
    'A.11',
    '{"foo":"bar"}',
    '[{"op":"add","path":"/baz","value":"qux","xyz":123}]',
    '{"baz":"qux","foo":"bar"}',
  ],
  ['A.12', '{"foo":"bar"}', '[{"op":"add","path":"/baz/bat","value":"qux"}]', null],
  ['A.14', '{"/":9,"~1":10}', '[{"op":"test","path":"/~01","value":10}]', '{"/":9,"~1":10}'],
  ['A.15', '{"/":9,"~1":10}', '[{"op":"test","path":"/~01","value":"10"}]', null],
  [
    'A.16',
    '{"foo":["bar"]}',
    '[{"op":"add","path":"/foo/-","value":["abc","def"]}]',
    '{"foo":["bar",["abc","def"]]}',
  ],
];

const parse = (text: string) => JSON.parse(text) as Json;

function patched(document: Json, operations: readonly JsonPatchOperation[]): Json {
  const result = applyJsonPatch(document, operations);
  if (!result.ok) throw new Error(`operation ${result.index}: ${result.message}`);
  return result.value;
}

const key = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'a',
  'b',
  '0',
  '1',
  '',
  '/',
  '~',
  '~1',
  'é',
);
const { tree: json } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, true, 0, -0, 1.5, 'x', '', '1'),
    fc.array(tie('tree'), { maxLength: 6 }),
    fc
      .array(fc.tuple(key, tie('tree')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries) as JsonObject),
  ),
}));

describe('applyJsonPatch', () => {
  it.each(RFC_EXAMPLES)('does what RFC 6902 %s says', (_number, document, operations, result) => {
    const outcome = applyJsonPatch(parse(document), parse(operations) as unknown as JsonPatchOperation[]);
    if (result === null) expect(outcome).toMatchObject({ ok: false, index: 0 });
    else expect(outcome).toEqual({ ok: true, value: parse(result) });
  });

  it('never gets the patch of RFC 6902 A.13, in which a member stands twice', () => {
    const text = '[{"op":"add","path":"/baz","value":"qux","op":"remove"}]';
    expect(scanJsonText(text, 10)).toMatchObject({ pointer: '/0/op' });
  });

  it.each<[string, JsonPatchOperation]>([
    ['a place that is not there', { op: 'replace', path: '/c', value: 1 }],
    ['an inherited name', { op: 'remove', path: '/toString' }],
    ['something inside of an inherited name', { op: 'add', path: '/__proto__/polluted', value: 1 }],
    ['a place after the end', { op: 'add', path: '/list/3', value: 1 }],
    ['the element after the last one', { op: 'replace', path: '/list/2', value: 1 }],
    ['- where something must be', { op: 'remove', path: '/list/-' }],
    ['an index with a zero in front', { op: 'remove', path: '/list/01' }],
    ['a name in an array', { op: 'add', path: '/list/length', value: 0 }],
    ['a pointer without its slash', { op: 'add', path: 'a', value: 0 }],
    ['a tilde that escapes nothing', { op: 'add', path: '/a~2', value: 0 }],
    ['the whole document', { op: 'remove', path: '' }],
    ['a place into itself', { op: 'move', from: '/list', path: '/list/0' }],
    ['the document into itself', { op: 'move', from: '', path: '/a' }],
    ['from nowhere to itself', { op: 'move', from: '/c', path: '/c' }],
    ['a copy of nothing', { op: 'copy', from: '/c', path: '/d' }],
  ])('refuses %s, and then does nothing of the patch', (_what, operation) => {
    const document = parse('{"a":1,"list":[1,2]}');
    const first: JsonPatchOperation = { op: 'replace', path: '/a', value: 2 };
    expect(applyJsonPatch(document, [first, operation])).toMatchObject({ ok: false, index: 1 });
    expect(document).toEqual({ a: 1, list: [1, 2] });
  });

  it('keeps copies apart', () => {
    const document = parse('{"a":{"list":[1]}}');
    const result = patched(document, [
      { op: 'add', path: '/a/list/-', value: 2 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/list/-', value: 3 },
      { op: 'replace', path: '/a/list/0', value: 0 },
    ]);
    expect(result).toEqual({ a: { list: [0, 2] }, b: { list: [1, 2, 3] } });
    expect(document).toEqual({ a: { list: [1] } });
  });

  it('moves within an array, replaces the whole and compares objects whatever their order', () => {
    expect(patched([1, 2, 3], [{ op: 'move', from: '/2', path: '/0' }])).toEqual([3, 1, 2]);
    expect(
      patched({ a: 1 }, [
        { op: 'replace', path: '', value: [1] },
        { op: 'add', path: '/0', value: 0 },
      ]),
    ).toEqual([0, 1]);
    const test: JsonPatchOperation = { op: 'test', path: '/a', value: parse('{"y":[2],"x":1}') };
    expect(applyJsonPatch(parse('{"a":{"x":1,"y":[2]}}'), [test])).toMatchObject({ ok: true });
    expect(applyJsonPatch(parse('{"a":{"x":1,"y":[2,null]}}'), [test])).toMatchObject({ ok: false });
  });
});

describe('diffJson', () => {
  it('gives what turns one value into the other, for any two, and changes neither', () => {
    const prototypeKeys = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(json, json, (from, to) => {
        const before = [JSON.stringify(from), JSON.stringify(to)];
        const changes = diffJson(from, to);
        expect(canonicalJson(patched(from, changes))).toBe(canonicalJson(to));
        expect([JSON.stringify(from), JSON.stringify(to)]).toEqual(before);
        expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives nothing for equal values, and the same whatever the order of keys', () => {
    fc.assert(
      fc.property(json, json, (from, to) => {
        const reordered = parse(canonicalJson(from));
        expect(diffJson(from, reordered)).toEqual([]);
        expect(diffJson(reordered, to)).toEqual(diffJson(from, to));
      }),
    );
  });

  it.each<[string, string, string, object[]]>([
    [
      'what is new, gone and changed, by name',
      '{"c":1,"b":1,"x":{"y":1}}',
      '{"a":1,"c":2,"x":{"y":2}}',
      [
        { op: 'add', path: '/a', value: 1 },
        { op: 'remove', path: '/b' },
        { op: 'replace', path: '/c', value: 2 },
        { op: 'replace', path: '/x/y', value: 2 },
      ],
    ],
    ['an element put in front', '[1,2,3]', '[0,1,2,3]', [{ op: 'add', path: '/0', value: 0 }]],
    [
      'elements taken out and put in',
      '[1,2,3,4,5]',
      '[2,3,9,5,6]',
      [
        { op: 'remove', path: '/0' },
        { op: 'replace', path: '/2', value: 9 },
        { op: 'add', path: '/4', value: 6 },
      ],
    ],
    [
      'a change inside of an element',
      '[{"n":"a","v":1},{"n":"b","v":1}]',
      '[{"n":"a","v":1},{"n":"b","v":2}]',
      [{ op: 'replace', path: '/1/v', value: 2 }],
    ],
    [
      'another kind of value',
      '{"a":[1]}',
      '{"a":{"0":1}}',
      [{ op: 'replace', path: '/a', value: { '0': 1 } }],
    ],
    ['null for a value', '{"a":1}', '{"a":null}', [{ op: 'replace', path: '/a', value: null }]],
    ['the whole', '1', '[]', [{ op: 'replace', path: '', value: [] }]],
  ])('tells %s', (_what, from, to, changes) => {
    expect(diffJson(parse(from), parse(to))).toEqual(changes);
  });

  it('is quick with long arrays, however they differ', () => {
    const long = Array.from({ length: 10_000 }, (_, index) => index);
    const others = long.map((value) => ({ value: -value - 1 }));
    const shuffled = long.toSorted((a, b) => ((a * 7_919) % 10_007) - ((b * 7_919) % 10_007));
    for (const [from, to] of [
      [long, others],
      [long, shuffled],
      [long, long.slice(5_000)],
      [long, [...long, ...others]],
      [long, []],
    ] as [Json, Json][]) {
      const startMs = performance.now();
      const changes = diffJson(from, to);
      const result = patched(from, changes);
      expect(performance.now() - startMs).toBeLessThan(1_000);
      expect(result).toEqual(to);
    }
    const inMiddle = [...long.slice(0, 5_000), 'x', ...long.slice(5_001)];
    expect(diffJson(long, inMiddle)).toEqual([{ op: 'replace', path: '/5000', value: 'x' }]);
  });

  it('is quick with many arrays that must be aligned, and with deep ones', () => {
    const lists = (salt: number): Json =>
      Array.from({ length: 200 }, (_, list) =>
        Array.from({ length: 900 }, (__, index) => `${(index * salt) % 907}-${list}`),
      );
    const deep = (leaf: Json): Json =>
      Array.from({ length: 90 }).reduce<Json>((inner) => [inner, 'x'.repeat(5_000)], leaf);
    for (const [from, to] of [
      [lists(3), lists(5)],
      [deep([1, 2, 3]), deep([2, 3, 4])],
    ] as [Json, Json][]) {
      const before = process.cpuUsage();
      const changes = diffJson(from, to);
      // Of this process alone: what else the machine does makes no difference.
      expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
      expect(patched(from, changes)).toEqual(to);
    }
  });
});
