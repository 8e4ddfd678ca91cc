import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../configs/canonical-json.js';
import type { JsonObject } from '../configs/json.js';
import { mergePatch } from '../configs/merge-patch.js';
import {
  findSecretReferences,
  MAX_SECRETS_PER_CONFIG,
  replaceReferences,
  secretNames,
} from './secret-reference.js';

describe('references to secrets', () => {
  it('are objects whose single key is $secret, wherever they lie', () => {
    const content = {
      a: { $secret: 'one' },
      b: [{ c: { $secret: 'two-2' } }, 'x'],
      'd/e~': { $secret: 'one' },
    };
    const found = findSecretReferences(content);
    expect(found.errors).toEqual([]);
    expect(found.references).toEqual([
      { pointer: '/a', name: 'one' },
      { pointer: '/b/0/c', name: 'two-2' },
      { pointer: '/d~1e~0', name: 'one' },
    ]);
    expect(secretNames(found.references)).toEqual(['one', 'two-2']);
    expect(findSecretReferences(content, canonicalJson(content))).toEqual(found);
  });

  it.each([
    ['another key beside it', { a: { $secret: 'x', port: 1 } }, '/a', 'no key but "$secret"'],
    ['a value that is no text', { a: { $secret: 5 } }, '/a', 'must name a secret'],
    ['a value that is an object', { a: { $secret: { $secret: 'x' } } }, '/a', 'must name a secret'],
    ['a name that is none', { a: { $secret: 'Not A Name' } }, '/a', 'must name a secret'],
    ['the whole config', { $secret: 'x' }, '', 'the whole config'],
  ])('are refused with %s', (_what, content, pointer, message) => {
    const { errors } = findSecretReferences(content as unknown as JsonObject);
    expect(errors[0]).toEqual({ pointer, message: expect.stringContaining(message) });
  });

  it('are not the texts that look like one', () => {
    const content = { a: '{"$secret":"x"}', $secrets: { secret: 'x' } };
    expect(findSecretReferences(content, canonicalJson(content))).toEqual({ references: [], errors: [] });
  });

  it('name at most so many secrets, however often', () => {
    const names = Array.from({ length: MAX_SECRETS_PER_CONFIG }, (_, index) => ({ $secret: `s${index}` }));
    expect(findSecretReferences({ names: [...names, { $secret: 's0' }] }).errors).toEqual([]);
    expect(findSecretReferences({ names: [...names, { $secret: 'more' }] }).errors).toMatchObject([
      { pointer: `/names/${MAX_SECRETS_PER_CONFIG}` },
    ]);
  });

  it('follow merge patches: one replaces the other, and what mixes with an object is found', () => {
    const base = { password: { $secret: 'a' } };
    const referencesAfter = (patch: JsonObject) =>
      findSecretReferences(mergePatch(base, patch) as JsonObject);
    expect(referencesAfter({ password: { $secret: 'b' } }).references).toEqual([
      { pointer: '/password', name: 'b' },
    ]);
    expect(referencesAfter({ password: 'plain' }).references).toEqual([]);
    expect(referencesAfter({ password: { file: '/run/x' } }).errors).toMatchObject([
      { pointer: '/password' },
    ]);
    expect(referencesAfter({ password: { $secret: null, file: '/run/x' } })).toEqual({
      references: [],
      errors: [],
    });
  });
});

describe('replaceReferences', () => {
  it('puts something else in every place and leaves the rest as it was', () => {
    const content = { a: { $secret: 'one' }, b: [{ $secret: 'two' }, { c: 1 }], d: { e: 1 } };
    const { references } = findSecretReferences(content);
    const replaced = replaceReferences(content, references, (name) => `<${name}>`);
    expect(replaced).toEqual({ a: '<one>', b: ['<two>', { c: 1 }], d: { e: 1 } });
    expect(replaced['d']).toBe(content.d);
    expect(content.a).toEqual({ $secret: 'one' });
  });

  it('finds every place again, with any keys', () => {
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>({ $secret: 'x' }, 1, 'text', null),
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => key !== '$secret'),
          tie('node'),
          { maxKeys: 4 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (node) => {
        const content = { root: node } as JsonObject;
        const { references } = findSecretReferences(content);
        const count = canonicalJson(content).split('{"$secret":"x"}').length - 1;
        expect(references).toHaveLength(count);
        const replaced = canonicalJson(replaceReferences(content, references, () => '\u2603'));
        expect(replaced.split('"\u2603"').length - 1).toBe(count);
      }),
    );
  });
});
