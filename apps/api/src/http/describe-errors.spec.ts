import { expect, it } from 'vitest';
import { describeErrors } from './describe-errors.js';

const error = { pointer: '/limit', message: 'must be a number' };

it.each([
  [[], 'It is wrong.'],
  [[error], '/limit: must be a number'],
  [[error, { ...error, pointer: '/name' }], '/limit: must be a number (and 1 more)'],
  [[{ ...error, environment: 'prod' }, error, error], '/limit in prod: must be a number (and 2 more)'],
  [[{ ...error, pointer: '' }], 'must be a number'],
  [[{ ...error, pointer: '', environment: 'prod' }], 'in prod: must be a number'],
])('names the first error and counts the others (%#)', (errors, expected) => {
  expect(describeErrors(errors, 'It is wrong.')).toBe(expected);
});
