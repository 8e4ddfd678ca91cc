import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLinearPattern } from './linear-pattern.js';

const linear = (source: string) => {
  const compiled = compileLinearPattern(source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.pattern;
};

const PATTERNS = [
  '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  '^\\d{3}$',
  '^a.b$',
  '^\\s+$',
  '^\\S+$',
  '^[\\s,]+$',
  '^[\\S]$',
  '^[^\\s]+$',
  '^[^\\S]+$',
  '^[.]$',
  '\\.',
  '^\\w+@\\w+\\.com$',
  'a|b',
  '^(?:a|b)+$',
  '\\bfoo\\b',
  '^$',
  '',
  '^\\u{1F600}$',
  '^\\ud83d\\ude00$',
  '^[\\ud83d\\ude00-\\ud83d\\ude02]$',
  '^\\u00e9$',
  '^\\p{L}+$',
  '^\\P{L}$',
  '^\\/x\\/$',
  '^[\\]\\-]$',
  '^\\cJ$',
  '^[^]$',
  '^(?<name>x)$',
  'x*?y',
  '^\\0$',
  '\\$',
  '^[\\w.-]+$',
  '^a{2,3}$',
  '^\\x41$',
  '[\\b]',
];
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'a.b',
  'a\nb',
  'a\rb',
  'a\u2028b',
  'a\u0085b',
  ' ',
  '\u00a0',
  '\u3000\ufeff\u2003',
  '\u180e',
  '\u0085',
  '\v\f\t',
  ',',
  '123',
  '1234',
  'a\n',
  '\n',
  '.',
  'é',
  'É',
  '😀',
  '😁',
  'foo bar',
  'foobar',
  'me@you.com',
  '/x/',
  ']',
  '-',
  'x',
  'xxy',
  '$',
  'aa',
  'aaaa',
  '\u0000',
  'A',
  '\b',
  'web-1',
  '-web',
  '١٢٣',
  'ſ',
  'K',
];

describe('compileLinearPattern', () => {
  it.each(PATTERNS)('matches what ECMAScript matches with %j', (source) => {
    const expected = new RegExp(source, 'u');
    const pattern = linear(source);
    for (const text of TEXTS) expect([text, pattern.test(text)]).toEqual([text, expected.test(text)]);
  });

  it('matches what ECMAScript matches, for white space and line ends anywhere', () => {
    const unit = fc.oneof(
      fc.constantFrom(
        ...'\t\n\v\f\r \u0085\u00a0\u1680\u180e\u2000\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff',
      ),
      fc
        .string({ unit: 'binary', minLength: 1, maxLength: 1 })
        .filter((char) => !/\p{Surrogate}/u.test(char)),
    );
    fc.assert(
      fc.property(
        unit,
        fc.constantFrom('^.$', '^\\s$', '^\\S$', '^[\\s]$', '^[^\\S]$', '^[\\Sx]$'),
        (char, source) => {
          expect(linear(source).test(char)).toBe(new RegExp(source, 'u').test(char));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each<[string, RegExp]>([
    ['^(?=a)', /linear time: lookahead .* use "not"/],
    ['(?<!a)b', /lookahead and lookbehind/],
    ['(a)\\1', /back-references/],
    ['(?<n>a)\\k<n>', /back-references/],
    ['a{1001}', /at most 1000/],
    ['((a{100}){100}){100}', /at most 1000/],
    ['^\\p{Letter}$', /short name/],
    ['(', /not a regular expression/],
    ['a**', /not a regular expression/],
    ['[[:alpha:]]', /not a regular expression/],
    ['\\Qa', /not a regular expression/],
    ['(?i)a', /not a regular expression/],
  ])('refuses %j', (source, message) => {
    expect(compileLinearPattern(source)).toEqual({
      ok: false,
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['(a+)+$', `${'a'.repeat(100_000)}!`],
    ['^(a|aa)+$', `${'a'.repeat(100_000)}!`],
    ['^([a-zA-Z]+)*$', `${'a'.repeat(100_000)}1`],
    ['(.*)*=.*;', 'x'.repeat(100_000)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(100_000)],
  ])('finishes %s fast', (source, text) => {
    const pattern = linear(source);
    const startedMs = performance.now();
    expect(pattern.test(text)).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});
