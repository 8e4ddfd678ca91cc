import { expect, it } from 'vitest';
import { changeTokenSchema, createTokenSchema } from './token.js';

const isName = (name: string): boolean => {
  const [made, changed] = [
    createTokenSchema.safeParse({ name, role: 'viewer' }),
    changeTokenSchema.safeParse({ name }),
  ];
  expect(changed.success).toBe(made.success);
  return made.success;
};

it.each(['ci', 'Ann’s laptop', 'déploiement 東京', 'admin of the shop', 'a'.repeat(100)])(
  'takes the name %j',
  (name) => expect(isName(name)).toBe(true),
);

it.each([
  '',
  '   ',
  'a'.repeat(101),
  'ci\nuser:ann@example.org',
  'tab\there',
  'nul\0',
  'turned \u202Eround',
  'isolated\u2066',
  'zero\u200Bwidth',
  'line\u2028line',
  'half \uD800',
  'admin',
  'Admin ',
  'ａｄｍｉｎ',
])('does not take the name %j', (name) => expect(isName(name)).toBe(false));
