import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTENT_LIMITS as LIMITS } from './content-limits.js';
import { parseContent } from './parse-content.js';

const faultOf = (content: unknown, format: 'json' | 'yaml') => {
  const parsed = parseContent(content, format, LIMITS);
  if (parsed.ok) return 'accepted';
  const { line, column, ...error } = parsed.errors[0] ?? { pointer: 'none', message: 'none' };
  if (line !== undefined) expect(error.message).toContain(`line ${line}, column ${column}: `);
  return error;
};
const fault = (pointer: string, message: string | RegExp) => ({
  pointer,
  message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
});

describe('parseContent of JSON text', () => {
  it.each<[string, string, string | RegExp]>([
    ['{\n  "a": 1\n  "b": 2\n}', '/a', 'line 3, column 3: expected "," or "}", found "\\""'],
    ['{"a":1,}', '', 'line 1, column 8: expected a key in double quotes, found "}"'],
    ['{a: 1}', '', 'line 1, column 2: expected a key in double quotes, found "a"'],
    ['{"a" 1}', '/a', 'line 1, column 6: expected ":" after the key "a", found "1"'],
    ['{"a": tru}', '/a', 'line 1, column 7: expected a value, found "t"'],
    ['{"a": 01}', '/a', /^line 1, column 8: expected/],
    ['{"a": .5}', '/a', /^line 1, column 7: expected a value/],
    ['{"a": NaN}', '/a', /^line 1, column 7: expected a value/],
    ['{"a": "x\ny"}', '/a', /^line 1, column 9: a string holds a line break/],
    ['{"a": "\\x"}', '/a', /^line 1, column 8: this escape/],
    ['{"a": "b', '/a', /^line 1, column 7: this string has no closing quote/],
    ['{"a": [1, 2', '/a/1', /found the end of the text$/],
    ['{"a": 1} x', '', 'line 1, column 10: expected the end of the text, found "x"'],
    ['', '', 'line 1, column 1: expected a value, found the end of the text'],
    [
      '{"a": {"b": [0, {"c": 1,\n"c": 2}]}}',
      '/a/b/1/c',
      'line 2, column 1: the key "c" stands twice in one object; keep one',
    ],
    ['{"\\u0061": 1, "a": 2}', '/a', /^line 1, column 15: the key "a" stands twice/],
    [
      '{"x": {"__proto__": {"polluted": 1}}}',
      '/x/__proto__',
      /^line 1, column 8: the key "__proto__" is not allowed/,
    ],
    [
      '{"a": 9007199254740993}',
      '/a',
      /^line 1, column 7: is a whole number .* would lose digits; write it as a string$/,
    ],
    ['{"a": 1e400}', '/a', /write it as a string$/],
    ['{"a": "\\ud83d"}', '/a', /^line 1, column 7: holds half of a surrogate pair/],
    ['{"a\\ud83d": 1}', '', /^line 1, column 2: holds half of a surrogate pair/],
    ['[1]', '', 'must be an object, is an array'],
    ['"a"', '', 'must be an object, is a string'],
    ['['.repeat(200_000), '/0'.repeat(100), /nested deeper than 100 levels$/],
    [`{"a":"${'x'.repeat(1_048_576)}"}`, '', 'the text must be at most 1048576 bytes, is more'],
    [`{"a":"${'ü'.repeat(524_286)}"}`, '', 'the text must be at most 1048576 bytes, is more'],
  ])('refuses %.40j', (text, pointer, message) => {
    expect(faultOf(text, 'json')).toEqual(fault(pointer, message));
  });

  it('reads what JSON.parse reads, and refuses what it refuses', () => {
    const noise = fc.string({
      unit: fc.constantFrom(...'{}[]":,\\ \n0123.-+eEtrufalsn/b', '{"a":', '"\\u00e9"'),
    });
    fc.assert(
      fc.property(noise, (text) => {
        const wrapped = `{"value":${text}}`;
        let expected: unknown;
        try {
          expected = JSON.parse(wrapped);
        } catch {
          expect(faultOf(wrapped, 'json')).toMatchObject({
            message: expect.stringMatching(/^line \d+, column \d+: /),
          });
          return;
        }
        const parsed = parseContent(wrapped, 'json', LIMITS);
        if (parsed.ok) expect(parsed.value).toEqual(expected);
        else expect(parsed.errors[0]?.message).toMatch(/twice|lose digits|as a string/);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const parsed = parseContent(text, 'json', LIMITS);
        if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text));
        else expect(text).toMatch(/__proto__|\\ud|\d{16}|e\+/);
      }),
    );
  });

  it('skips a byte order mark', () => {
    expect(parseContent('\ufeff{"a":1}', 'json', LIMITS)).toEqual({ ok: true, value: { a: 1 } });
  });
});

describe('parseContent of YAML text', () => {
  it('reads the core schema of YAML 1.2', () => {
    const text =
      'a: 2026-11-22\nb: yes\nc: 0x1F\nd: ~\ne: &x {n: 1.5}\nf: *x\ng: |\n  two\n  lines\n"<<": 1\n';
    const value = {
      a: '2026-11-22',
      b: 'yes',
      c: 31,
      d: null,
      e: { n: 1.5 },
      f: { n: 1.5 },
      g: 'two\nlines\n',
      '<<': 1,
    };
    expect(parseContent(text, 'yaml', LIMITS)).toEqual({ ok: true, value });
  });

  it.each<[string, string, string | RegExp]>([
    [
      'a: 1\nb:\n  c: 1\n  c: 2',
      '/b/c',
      'line 4, column 3: the key "c" stands twice in one mapping; keep one',
    ],
    ['a: [1', '', /^line 1, column 6: /],
    ['a: @x', '', /^line 1, column 4: /],
    ['a: *x', '/a', /^line 1, column 4: the alias \*x names no anchor/],
    ['a: &x [*x]', '/a/0', /names no anchor that is complete/],
    ['a: !!str 1', '/a', /the tag \S+ is not allowed/],
    ['a: !secret 1', '/a', /the tag !secret is not allowed/],
    ['a: .nan', '/a', /no NaN/],
    ['a: -.inf', '/a', /no infinity/],
    ['a: 9007199254740993', '/a', /write it as a string, in quotes$/],
    ['8080: web', '', 'line 1, column 1: a key must be a string; write "8080" in quotes'],
    ['? [a]\n: 1', '', /a key must be a string$/],
    ['<<: {a: 1}', '', /no merge key/],
    ['__proto__: {a: 1}', '/__proto__', /the key "__proto__" is not allowed/],
    ['a: 1\n---\nb: 2', '', /one YAML document/],
    ['%YAML 1.1\n---\na: yes', '', /only YAML 1.2/],
    ['a: "\\ud800"', '/a', /half of a surrogate pair/],
    ['# nothing', '', 'must be an object, is null'],
    ['', '', 'must be an object, is null'],
    ['- a', '', 'must be an object, is an array'],
    [`a: &a 1\nb: [${'*a,'.repeat(1001)}]`, '/b/1000', /at most 1000 aliases/],
  ])('refuses %.40j', (text, pointer, message) => {
    expect(faultOf(text, 'yaml')).toEqual(fault(pointer, message));
  });

  it.each([
    ['flow sequences', '['.repeat(1_000_000)],
    ['block sequences', '- '.repeat(500_000)],
    ['flow mappings', '{a: '.repeat(250_000)],
    ['explicit keys', '? '.repeat(500_000)],
  ])('refuses very deep %s fast', (_name, text) => {
    const startedMs = performance.now();
    expect(faultOf(text, 'yaml')).toEqual(fault('', /nested deeper than 100 levels$/));
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  it('refuses a document that its aliases blow up', () => {
    const names = [...'abcdefghijklmnop'];
    const lines = names.slice(1).map((name, index) => `${name}: &${name} [${`*${names[index]},`.repeat(9)}]`);
    const startedMs = performance.now();
    expect(faultOf(`a: &a [x]\n${lines.join('\n')}`, 'yaml')).toMatchObject({
      message: expect.stringMatching(/at most 1048576 bytes/),
    });
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  it('accepts 100 levels', () => {
    const text = `a: ${'['.repeat(99)}${']'.repeat(99)}`;
    expect(parseContent(text, 'yaml', LIMITS).ok).toBe(true);
    expect(parseContent(`a: ${'['.repeat(100)}${']'.repeat(100)}`, 'yaml', LIMITS).ok).toBe(false);
    const block = Array.from({ length: 100 }, (_, level) => `${'  '.repeat(level)}a:`).join('\n');
    expect(parseContent(`${block} 1`, 'yaml', LIMITS).ok).toBe(true);
  });

  it('finds duplicates among very many keys in linear time', () => {
    const text = `${Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n')}\nk5: 2`;
    expect(faultOf(text, 'yaml')).toEqual(fault('/k5', /^line 60001, column 1: the key "k5" stands twice/));
  });

  it('gives what the same JSON gives', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.jsonValue({ maxDepth: 3 })),
        (value) => {
          const text = JSON.stringify(value);
          const json = parseContent(text, 'json', LIMITS);
          const yaml = parseContent(text, 'yaml', LIMITS);
          expect(yaml.ok).toBe(json.ok);
          if (yaml.ok && json.ok) expect(yaml.value).toEqual(json.value);
        },
      ),
    );
  });
});

describe('parseContent of 1 MiB', () => {
  const value = Object.fromEntries(
    Array.from({ length: 1900 }, (_, index) => [`service-${index}`, { port: index, note: 'é'.repeat(250) }]),
  );
  const text = JSON.stringify(value);

  it.each<[string, unknown, 'json' | 'yaml', number]>([
    ['JSON text', text, 'json', 500],
    ['YAML text', text, 'yaml', 5000],
    ['an object', value, 'json', 500],
  ])('reads %s', (_name, content, format, limitMs) => {
    expect(new TextEncoder().encode(text).length).toBeGreaterThan(1_000_000);
    const startedMs = performance.now();
    expect(parseContent(content, format, LIMITS)).toEqual({ ok: true, value });
    expect(performance.now() - startedMs).toBeLessThan(limitMs);
  });
});

describe('parseContent of a parsed value', () => {
  it('takes an object in either format', () => {
    expect(parseContent({ a: [1, { b: null }] }, 'yaml', LIMITS)).toEqual({
      ok: true,
      value: { a: [1, { b: null }] },
    });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  it.each<[string, unknown, string, RegExp]>([
    ['null', null, '', /is null$/],
    ['nothing', undefined, '', /is missing$/],
    ['a number', 5, '', /is a number$/],
    ['undefined inside', { a: [undefined] }, '/a/0', /is undefined/],
    ['a date', { a: new Date() }, '/a', /plain JSON/],
    ['a bigint', { a: 1n }, '/a', /bigint/],
    ['an own __proto__ key', JSON.parse('{"a":{"__proto__":1}}'), '/a/__proto__', /not allowed/],
    ['a lone surrogate in a key', { '\ud800': 1 }, '/\ufffd', /surrogate/],
    ['an unsafe integer', { a: 2 ** 53 }, '/a', /lose digits/],
    ['a cycle', cyclic, '/self'.repeat(100), /deeper than 100/],
  ])('refuses %s', (_name, content, pointer, message) => {
    expect(faultOf(content, 'json')).toEqual(fault(pointer, message));
  });
});
