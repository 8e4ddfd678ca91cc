import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readKeyRing, WrappingKeyMissing } from './key-ring.js';

const bytes = randomBytes(32);
const KEY = bytes.toString('base64');
const OTHER = randomBytes(32).toString('base64');

describe('the key ring', () => {
  it('names a bare key by its hash', () => {
    const ring = readKeyRing(KEY);
    expect(ring.ids).toEqual([createHash('sha256').update(bytes).digest('hex').slice(0, 8)]);
    expect(ring.primary.key.export()).toEqual(bytes);
  });

  it('wraps with the first of several and unwraps with each', () => {
    const ring = readKeyRing(`new:${OTHER}, old-1:${KEY}`);
    expect(ring.primary.id).toBe('new');
    expect(ring.key('old-1').export()).toEqual(bytes);
    expect(() => ring.key('gone')).toThrow(WrappingKeyMissing);
  });

  it('prints no key', () => {
    const ring = readKeyRing(KEY);
    for (const printed of [inspect(ring, { depth: null, showHidden: true }), JSON.stringify(ring)])
      for (const encoding of ['base64', 'hex', 'latin1'] as const)
        expect(printed).not.toContain(bytes.toString(encoding));
  });

  it.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['an empty text', '  '],
    ['a short key', randomBytes(16).toString('base64')],
    ['a long key', randomBytes(33).toString('base64')],
    ['a text that is no base64', 'x'.repeat(44)],
    ['only zeros', Buffer.alloc(32).toString('base64')],
    ['one byte again and again', Buffer.alloc(32, 7).toString('base64')],
    ['an id twice', `a:${KEY},a:${OTHER}`],
    ['an id that is none', `a b:${KEY}`],
    ['an empty id', `:${KEY}`],
    ['an empty entry', `a:${KEY},`],
    ['too many keys', Array.from({ length: 21 }, (_, index) => `k${index}:${KEY}`).join(',')],
  ])('refuses %s, names the variable and repeats nothing', (_what, text) => {
    let message = '';
    try {
      readKeyRing(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('BINNACLE_SECRETS_KEY');
    for (const part of (text ?? '').split(/[,:]/).filter((piece) => piece.length > 8))
      expect(message).not.toContain(part);
  });
});
