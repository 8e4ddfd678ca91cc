import { expect, it } from 'vitest';
import { BodyBudget } from './body-budget.js';

const MIB = 1_048_576;

it('leaves room for other workspaces, and for the process', () => {
  const budget = new BodyBudget();
  const first = budget.take('loud', 16 * MIB);
  budget.take('loud', 16 * MIB);
  expect(() => budget.take('loud', MIB)).toThrow('of this workspace');
  for (const quiet of ['a', 'b', 'c']) budget.take(quiet, 32 * MIB);
  expect(() => budget.take('late', MIB)).toThrow('Other large requests are under way');
  first();
  budget.take('late', 16 * MIB);
  expect(() => budget.take('loud', 1)).toThrow('Other large requests are under way');
});
