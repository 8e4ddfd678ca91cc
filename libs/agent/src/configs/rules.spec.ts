import { SecretValue, type Json } from '@binnacle/domain';
import { describe, expect, it } from 'vitest';
import { FORMATS, type FormatName } from './formats.js';
import {
  hasFormat,
  hasLength,
  inRange,
  integer,
  matches,
  oneOf,
  required,
  rule,
  type KeyCheck,
} from './rules.js';

function judge(value: Json | SecretValue | undefined, ...checks: KeyCheck[]): readonly string[] {
  const content = value === undefined ? {} : { a: { b: value as Json } };
  const snapshot = { source: 'defaults', content, epoch: null, revision: null, hash: null } as const;
  const answer = rule('a.b', ...checks)(snapshot, snapshot);
  return typeof answer === 'string' ? [answer] : (answer ?? []);
}

describe('a rule', () => {
  it.each<[Json | undefined, KeyCheck, string | null]>([
    [5, inRange({ min: 5, max: 5 }), null],
    [4, inRange({ min: 5 }), 'must be at least 5'],
    [6, inRange({ max: 5 }), 'must be at most 5'],
    ['5', inRange({ max: 5 }), 'must be a number'],
    [5, integer(), null],
    [5.5, integer(), 'must be a whole number'],
    [2 ** 60, integer(), 'must be a whole number'],
    ['a', oneOf('a', 1), null],
    ['b', oneOf('a', 1), 'must be one of "a", 1'],
    [['x'], oneOf(['x']), null],
    ['abc', matches(/^a.c$/g), null],
    ['xabc', matches(/^a.c$/), 'must match /^a.c$/'],
    ['a'.repeat(5_000), matches(/a/), 'must have at most 4096 characters'],
    [1, matches(/1/), 'must be a text'],
    ['abc', hasLength({ max: 2 }), 'must have a length of at most 2'],
    [[], hasLength({ min: 1 }), 'must have a length of at least 1'],
    [1, hasLength({ min: 1 }), 'must be a text or an array'],
    ['x', () => 'is not liked', 'is not liked'],
    ['x', () => undefined, null],
    [
      'x',
      () => {
        throw new Error('boom');
      },
      'boom',
    ],
    [
      'x',
      (async () => {
        throw new Error('late');
      }) as unknown as KeyCheck,
      'its check answered neither with nothing nor a text (it must not be asynchronous)',
    ],
    [undefined, integer(), null],
    [null, integer(), null],
    [undefined, required(), 'is required'],
    [0, required(), null],
  ])('says of %j, %o: %j', (value, check, words) => {
    expect(judge(value, check)).toEqual(words === null ? [] : [`a.b: ${words}`]);
  });

  it('gives the same answer each time for an expression with a state', () => {
    const check = matches(/a/y);
    for (let count = 0; count < 3; count++) expect(judge('aa', check)).toEqual([]);
  });

  it('names each thing that must hold', () => {
    expect(judge(0.5, integer(), inRange({ min: 1 }))).toEqual([
      'a.b: must be a whole number',
      'a.b: must be at least 1',
    ]);
  });

  it('reads a secret and never tells it', () => {
    const secret = new SecretValue('canary-5b1');
    expect(judge(secret, hasFormat('url'))).toEqual(['a.b: must be a URL']);
    expect(judge(secret, (value) => `${String(value)} is weak`)).toEqual(['a.b: [secret] is weak']);
    expect(judge(secret, matches(/^canary/))).toEqual([]);
  });

  it.each<[FormatName, Json[], Json[]]>([
    ['url', ['https://a.b/c', 'redis://x'], ['a', '', 5, 'http://']],
    ['http-url', ['http://localhost:1'], ['redis://x', 'https:']],
    ['email', ['a.b+c@d.example'], ['a', '@b', 'a@', 'a b@c', 'a@b@c d']],
    ['hostname', ['localhost', 'a-1.example'], ['-a', 'a_b', 'a..b', '', 'a'.repeat(300)]],
    ['ip', ['::1', '10.0.0.1'], ['10.0.0.256', 'x']],
    ['port', [1, 65_535, '8080'], [0, 65_536, '0x50', 1.5, '']],
    ['duration', ['250ms', '1h30m', '1.5s', 'PT30S', 'P1DT2H'], ['5', 'ms', 'P', 'PT', '1y', 5]],
    ['uuid', ['123e4567-e89b-12d3-a456-426614174000'], ['123e4567']],
    ['date-time', ['2026-01-31T12:00:00Z'], ['2026-01-31', '2026-13-31T12:00:00Z', '2026-01-31 12:00']],
  ])('knows the format %s', (name, good, bad) => {
    expect(good.filter((value) => judge(value, hasFormat(name)).length > 0)).toEqual([]);
    expect(bad.filter((value) => judge(value, hasFormat(name)).length === 0)).toEqual([]);
  });

  it('is not slowed down by what a format cannot be', () => {
    const texts = [
      '1'.repeat(2_000),
      `${'a.'.repeat(1_000)}!`,
      `P${'1'.repeat(2_000)}`,
      `${'a'.repeat(2_000)}@`,
    ];
    const startedMs = performance.now();
    for (const name of Object.keys(FORMATS) as FormatName[])
      for (const text of texts) judge(text, hasFormat(name));
    expect(performance.now() - startedMs).toBeLessThan(200);
  });

  it('refuses what cannot mean anything', () => {
    expect(() => inRange({ min: 2, max: 1 })).toThrow(TypeError);
    expect(() => hasLength({ min: 2, max: 1 })).toThrow(TypeError);
    expect(() => hasFormat('nonsense' as FormatName)).toThrow(TypeError);
  });
});
