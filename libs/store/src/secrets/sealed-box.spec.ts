import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seal, SealBroken, unseal } from './sealed-box.js';

const key = createSecretKey(randomBytes(32));
const plain = Buffer.from('correct-horse');
const place = ['binnacle secret', 'ws', 'shop', 'prod', 'db', 1];

describe('a sealed box', () => {
  it('opens with its key at its place', () => {
    expect(unseal(key, place, seal(key, place, plain))).toEqual(plain);
  });

  it('looks other each time', () => {
    const [one, two] = [seal(key, place, plain), seal(key, place, plain)];
    expect(one.nonce).not.toEqual(two.nonce);
    expect(one.ciphertext).not.toEqual(two.ciphertext);
  });

  it.each([0, 5, 13, 28])('does not open when a bit of byte %d was changed', (index) => {
    const { nonce, ciphertext } = seal(key, place, plain);
    const changed = Buffer.from(ciphertext);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => unseal(key, place, { nonce, ciphertext: changed })).toThrow(SealBroken);
  });

  it('does not open when it was cut, nor with another nonce or key', () => {
    const { nonce, ciphertext } = seal(key, place, plain);
    expect(() => unseal(key, place, { nonce, ciphertext: ciphertext.subarray(1) })).toThrow(SealBroken);
    expect(() => unseal(key, place, { nonce, ciphertext: new Uint8Array(3) })).toThrow(SealBroken);
    expect(() => unseal(key, place, { nonce: randomBytes(12), ciphertext })).toThrow(SealBroken);
    expect(() => unseal(createSecretKey(randomBytes(32)), place, { nonce, ciphertext })).toThrow(SealBroken);
  });

  it.each([
    [['binnacle secret', 'other', 'shop', 'prod', 'db', 1]],
    [['binnacle secret', 'ws', 'shop', 'dev', 'db', 1]],
    [['binnacle secret', 'ws', 'shop', 'prod', 'db', 2]],
    [['binnacle secret', 'ws', 'shop', 'prod', 'db', '1']],
    [['binnacle secret', 'ws', 'sho', 'pprod', 'db', 1]],
    [['binnacle secret', 'ws', 'shop', 'prod", "db', 1]],
  ])('does not open at %j', (elsewhere) => {
    expect(() => unseal(key, elsewhere, seal(key, place, plain))).toThrow(SealBroken);
  });
});
