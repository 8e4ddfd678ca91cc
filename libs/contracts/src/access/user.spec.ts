import { expect, it } from 'vitest';
import { createWorkspaceSchema } from './workspace.js';
import { changeUserSchema, emailSchema, newPasswordSchema, personNameSchema } from './user.js';

it('keeps e-mails in lower case and without the blanks around them', () => {
  expect(emailSchema.parse(' Ann@Example.ORG ')).toBe('ann@example.org');
  for (const wrong of [
    '',
    'ann',
    'ann@',
    '@example.org',
    'a nn@example.org',
    `${'a'.repeat(250)}@example.org`,
  ])
    expect(emailSchema.safeParse(wrong).success).toBe(false);
});

it('takes passwords of 12 to 256 characters', () => {
  const takes = (length: number) => newPasswordSchema.safeParse('p'.repeat(length)).success;
  expect([11, 12, 256, 257].map(takes)).toEqual([false, true, true, false]);
});

it('takes names of people and workspaces on one line, without what cannot be seen', () => {
  for (const name of ['Ann', 'Žofie O’Hara-Łuksza', '山田 太郎', 'x'.repeat(100)]) {
    expect(personNameSchema.safeParse(name).success).toBe(true);
    expect(createWorkspaceSchema.safeParse({ name }).success).toBe(true);
  }
  for (const name of [
    '',
    ' ',
    'Ann\nBob',
    'Ann\u202Ebob',
    'Ann\u2028',
    'A\u200Bnn',
    'Ann\0',
    'x'.repeat(101),
  ]) {
    expect(personNameSchema.safeParse(name).success).toBe(false);
    expect(createWorkspaceSchema.safeParse({ name }).success).toBe(false);
  }
});

it('gives people every role but that of agents, and at least one', () => {
  const takes = (roles: string[]) =>
    changeUserSchema.safeParse({ grants: roles.map((role) => ({ role })) }).success;
  expect(takes(['viewer', 'editor', 'publisher', 'admin'])).toBe(true);
  expect(takes(['agent'])).toBe(false);
  expect(takes(['viewer', 'agent'])).toBe(false);
  expect(takes([])).toBe(false);
  expect(takes(Array.from({ length: 21 }, () => 'viewer'))).toBe(false);
});
