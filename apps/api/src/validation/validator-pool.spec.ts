import { afterEach, beforeEach, expect, it } from 'vitest';
import { Problem } from '@binnacle/contracts';
import { ValidatorPool } from '../../dist/validation/validator-pool.js';

const TASK = { schema: '{"type":"object"}', schemaHash: 'object', contents: ['{}'] };

let pool: ValidatorPool;
beforeEach(() => {
  pool = new ValidatorPool();
});
afterEach(() => pool.close());

function isBusy(error: unknown): boolean {
  return Problem.isInstance(error) && error.code === 'busy';
}

it('refuses what there is no room for of the flood of one workspace, and serves others beside it', async () => {
  const outcomes: string[] = [];
  const flood = Array.from({ length: 500 }, () =>
    pool.check('loud', TASK).then(
      () => outcomes.push('served'),
      (error: unknown) => outcomes.push(isBusy(error) ? 'refused' : String(error)),
    ),
  );
  // Whose turn it is, `fair-queue.spec.ts` shows: here it depends on how soon the second process is up.
  expect(await pool.check('quiet', TASK)).toEqual({ isSchemaValid: true, errors: [[]], warnings: [[]] });
  await Promise.all(flood);
  // Two that run at once, and 64 that wait.
  expect(outcomes.filter((outcome) => outcome === 'served')).toHaveLength(66);
  expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(434);
});

it('serves a newcomer though all room is taken, and refuses it to those who took most', async () => {
  const floods = ['a', 'b', 'c', 'd', 'e'].flatMap((workspaceId) =>
    Array.from({ length: 70 }, () => pool.check(workspaceId, TASK)),
  );
  const settled = Promise.allSettled(floods);
  await expect(pool.check('late', TASK)).resolves.toMatchObject({ isSchemaValid: true });
  const refused = (await settled).filter((outcome) => outcome.status === 'rejected');
  expect(refused.every(({ reason }) => isBusy(reason))).toBe(true);
  // 256 wait, and of them one is the newcomer's; two of the first were under way.
  expect(refused).toHaveLength(5 * 70 - 2 - 255);
});
