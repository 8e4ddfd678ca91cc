import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, newPasswordSchema } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import * as rules from './password-rules';

it('has the lengths of the contracts', () => {
  expect(rules.MIN_PASSWORD_LENGTH).toBe(MIN_PASSWORD_LENGTH);
  expect(rules.MAX_PASSWORD_LENGTH).toBe(MAX_PASSWORD_LENGTH);
});

describe('passwordProblem', () => {
  it.each([11, 12, 256, 257])('judges %i characters as the server does', (length) => {
    for (const character of ['a', 'é']) {
      const password = character.repeat(length);
      expect(rules.passwordProblem(password) === null).toBe(newPasswordSchema.safeParse(password).success);
    }
  });
});

it('asks for the same password twice', () => {
  expect(rules.repetitionProblem('a', 'b')).not.toBeNull();
  expect(rules.repetitionProblem('a', 'a')).toBeNull();
});
