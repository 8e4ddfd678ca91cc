import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SecretValue } from './secret-value.js';

const PLAIN = 'correct-horse';
const secret = new SecretValue(PLAIN);

describe('a secret value', () => {
  it('shows its value to who asks for it', () => {
    expect(secret.reveal()).toBe(PLAIN);
    expect(secret.equals(new SecretValue(PLAIN))).toBe(true);
    expect(secret.equals(new SecretValue('other'))).toBe(false);
  });

  it.each<[string, () => unknown]>([
    ['String', () => String(secret)],
    ['a template', () => `${secret}`],
    ['concatenation', () => ['a', 'b'].join(secret as unknown as string)],
    ['JSON', () => JSON.stringify({ at: secret })],
    ['inspect', () => inspect({ at: secret }, { depth: null, showHidden: true, getters: true })],
    ['format', () => format('%s %o %j %O', secret, secret, secret, secret)],
    ['keys', () => JSON.stringify([Object.getOwnPropertyNames(secret), Reflect.ownKeys(secret)])],
    ['spread', () => JSON.stringify({ ...secret })],
    ['structuredClone', () => inspect(structuredClone(secret), { showHidden: true })],
    ['an error', () => inspect(new Error('with a cause', { cause: secret }))],
    ['join', () => [secret].join()],
    ['Map', () => inspect(new Map([['a', secret]]))],
  ])('does not show it in %s', (_where, print) => {
    expect(String(print())).not.toContain(PLAIN);
  });

  it('prints as [secret]', () => {
    expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual([
      '[secret]',
      '"[secret]"',
      '[secret]',
    ]);
  });
});
