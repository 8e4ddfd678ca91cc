import { describe, expect, it } from 'vitest';
import { SCHEMA_FORMATS } from './schema-formats.js';

const accepts = (name: string, text: string): boolean => {
  const format = SCHEMA_FORMATS[name];
  if (typeof format === 'function') return format(text);
  if (format instanceof RegExp) return format.test(text);
  if (typeof format === 'object' && typeof format.validate === 'function') {
    return (format.validate as (value: string) => boolean)(text);
  }
  throw new Error(`${name} does not read texts`);
};

describe('SCHEMA_FORMATS', () => {
  it.each<[string, string[], string[]]>([
    ['date', ['2026-11-22', '2024-02-29'], ['2026-02-29', '22.11.2026', '2026-13-01']],
    [
      'date-time',
      ['2026-11-22T10:30:00Z', '2026-11-22t10:30:00.5+01:00'],
      ['2026-11-22T10:30:00', '2026-11-22'],
    ],
    ['time', ['10:30:00Z'], ['25:00:00Z', '10:30']],
    ['duration', ['PT30S', 'P1DT2H', 'P2W'], ['30s', 'P', 'PT']],
    [
      'uri',
      ['https://example.com/a?b=c#d', 'urn:isbn:123', 'HTTP://[::1]:80/'],
      ['example.com', '/a', 'http://[', 'a b:c'],
    ],
    ['uri-reference', ['/a/b?c', '#x', 'https://e.com', ''], ['a b', '\\x']],
    ['uri-template', ['https://e.com/{id}'], ['{']],
    ['url', ['https://example.com/x', 'http://localhost:80'], ['mailto:a@b.c', 'https://', 'http:///x']],
    ['email', ['Joe.Doe@Example.com'], ['joe', 'joe@', '@x.com', 'a b@c.de']],
    ['hostname', ['db-1.example.com', 'localhost'], ['-a', 'a_b', 'a..b']],
    ['ipv4', ['192.0.2.1'], ['256.1.1.1', '1.2.3', '01.2.3.4.5']],
    ['ipv6', ['2001:DB8::1', '::'], ['1::2::3', 'g::']],
    ['uuid', ['123E4567-e89b-12d3-a456-426614174000'], ['123']],
    ['regex', ['^a+$'], ['(', '(?=a)']],
    ['json-pointer', ['', '/a~1b/0'], ['a', '/~2']],
    ['json-pointer-uri-fragment', ['#/a%20b'], ['/a']],
    ['relative-json-pointer', ['1/a', '0#'], ['/a']],
    ['byte', ['YWJj', 'YWI=', ''], ['YWJ', 'Y===', 'YWJj\n']],
  ])('%s', (name, good, bad) => {
    expect(good.filter((text) => !accepts(name, text))).toEqual([]);
    expect(bad.filter((text) => accepts(name, text))).toEqual([]);
  });

  it('answers fast for every format, whatever the text', () => {
    const names = Object.keys(SCHEMA_FORMATS).filter(
      (name) => !/^(int|float|double|password|binary)/.test(name),
    );
    const parts = [
      'a',
      '1',
      '.',
      ':',
      '/',
      '-',
      '%',
      'a.',
      'a@',
      ':a',
      '/~0',
      '[',
      '{a',
      '=',
      'http://a:',
      'a@a.a-',
      'P1Y',
      '\\S',
    ];
    for (const name of names) {
      for (const part of parts) {
        for (const text of [
          part.repeat(20_000),
          `http://${part.repeat(20_000)}!`,
          `x@${part.repeat(20_000)}\n`,
        ]) {
          const startedMs = performance.now();
          accepts(name, text);
          expect([name, part, performance.now() - startedMs < 1000]).toEqual([name, part, true]);
        }
      }
    }
  }, 60_000);
});
