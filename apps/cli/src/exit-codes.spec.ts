import { PROBLEMS, type ProblemCode } from '@binnacle/contracts';
import { expect, it } from 'vitest';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';

it('has one exit code for every problem, and none of them says that it is done', () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    expect(Object.values(EXIT_CODES)).toContain(exitCodeOf(code));
    expect(exitCodeOf(code)).not.toBe(EXIT_CODES.done);
  }
  expect(new Set(Object.values(EXIT_CODES)).size).toBe(Object.keys(EXIT_CODES).length);
});
