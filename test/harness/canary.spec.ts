import { expect, it } from 'vitest';
import { Canaries } from './canary.js';

const canaries = new Canaries();
const canary = canaries.plant('a password');

it.each<[string, string]>([
  ['plain', `{"value":"${canary}"}`],
  ['cut short', `{"value":"${canary.slice(0, 30)}…`],
  ['hexadecimal', `\\x${Buffer.from(`ab${canary}`).toString('hex')}`],
  ['HEXADECIMAL', Buffer.from(canary).toString('hex').toUpperCase()],
  ['base64', Buffer.from(canary).toString('base64')],
  ['base64 behind one byte', Buffer.from(`1${canary}zzz`).toString('base64')],
  ['base64 behind two bytes', Buffer.from(`12${canary}`).toString('base64')],
  ['base64url', Buffer.from(`user:${canary}`).toString('base64url')],
])('finds a canary that is %s', (_how, text) => {
  expect(canaries.search('here', `before ${text} after`)).toContainEqual(
    expect.objectContaining({ canary: 'a password', where: 'here' }),
  );
});

it('finds none where there is none', () => {
  expect(canaries.search('here', `canary ${Buffer.from('canary').toString('base64')}`)).toEqual([]);
});
