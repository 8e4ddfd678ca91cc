import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../configs/canonical-json.js';
import type { JsonObject } from '../configs/json.js';
import { findInContent, type SoughtContent, wordsOfSought } from './find-in-content.js';
import { jsonExcerpt } from './json-excerpt.js';

const CONTENT: JsonObject = {
  pool: { min: 1, Max: 25, hosts: ['db-1.local', 'db-2.local'] },
  password: { $secret: 'db-password' },
  'a/b~c': { 'quo"te': true },
  note: 'Grüße, "DB"',
  logs: '/var/log/pool',
};

function pointers(sought: SoughtContent, content = CONTENT): string[] {
  return [...findInContent(content, sought)].flatMap((found) => found?.pointer ?? []);
}

describe('findInContent', () => {
  it.each<[SoughtContent, string[]]>([
    [{ key: 'max' }, ['/pool/Max']],
    [{ key: 'POOL' }, ['/pool']],
    [{ value: 'db-' }, ['/pool/hosts/0', '/pool/hosts/1', '/password']],
    [{ value: 'true' }, ['/a~1b~0c/quo"te']],
    [{ value: '25' }, ['/pool/Max']],
    [{ value: 'grüsse' }, []],
    [{ value: 'GRÜßE' }, ['/note']],
    [{ anything: 'pool' }, ['/pool', '/logs']],
    [{ anything: '/pool/h' }, ['/pool/hosts', '/pool/hosts/0', '/pool/hosts/1']],
    [{ anything: '/var/log' }, ['/logs']],
    [{ pointer: '/pool/hosts' }, ['/pool/hosts']],
    [{ pointer: '/pool/hosts/1' }, ['/pool/hosts/1']],
    [{ pointer: '/pool/hosts/*' }, ['/pool/hosts/0', '/pool/hosts/1']],
    [{ pointer: '/a~1b~0c*' }, ['/a~1b~0c', '/a~1b~0c/quo"te']],
    [{ key: 'm', value: '1' }, ['/pool/min']],
    [{ pointer: '/pool/*', value: 'db-2' }, ['/pool/hosts/1']],
    [{ key: '$secret' }, []],
  ])('finds %j at %j', (sought, expected) => {
    expect(pointers(sought)).toEqual(expected);
  });

  it('lets others have their turn within a long content', () => {
    const found = [...findInContent({ list: Array.from({ length: 2_000 }, () => 'x') }, { value: 'y' })];
    expect(found).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('wordsOfSought', () => {
  it('are in the canonical text of all in which something is found', () => {
    const part = fc.constantFrom('a', 'B', '/', '~', '"', '\\', '\n', 'ü', '%', '1', ' ');
    const word = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.dictionary(word, fc.oneof(word, fc.array(word, { maxLength: 2 }))),
        word,
        word,
        (content, a, b) => {
          const soughts: SoughtContent[] = [
            { anything: a },
            { key: a },
            { value: a },
            { key: a, value: b },
            { anything: `/${a}` },
            { pointer: `/${a.replaceAll('~', '~0').replaceAll('/', '~1')}*` },
          ];
          const text = canonicalJson(content).toLowerCase();
          for (const sought of soughts)
            if (pointers(sought, content).length > 0)
              for (const each of wordsOfSought(sought)) expect(text).toContain(each.toLowerCase());
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('leave out contents that cannot have it', () => {
    expect(wordsOfSought({ key: 'größe%', pointer: '/pool/0/hosts' })).toEqual(['gr', 'e%', 'pool', 'hosts']);
  });
});

describe('jsonExcerpt', () => {
  it('is the whole value when that is short, and its beginning when not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 40 }), (value, maxLength) => {
        const whole = JSON.stringify(value);
        const { text, truncated } = jsonExcerpt(value as never, maxLength);
        expect(truncated).toBe(whole.length > maxLength);
        expect(whole.startsWith(text)).toBe(true);
        expect(text.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  it('does not cut a character in half', () => {
    expect(jsonExcerpt('x😀😀', 4)).toEqual({ text: '"x😀', truncated: true });
    expect(jsonExcerpt('x😀😀', 3)).toEqual({ text: '"x', truncated: true });
  });
});
