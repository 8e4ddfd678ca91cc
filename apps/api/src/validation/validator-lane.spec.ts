import { afterAll, describe, expect, it } from 'vitest';
import { TaskEnded, ValidatorLane } from '../../dist/validation/validator-lane.js';

const lane = new ValidatorLane();
afterAll(() => lane.stop());

const check = (schema: object, ...contents: unknown[]) => ({
  kind: 'check' as const,
  schema: JSON.stringify(schema),
  schemaHash: JSON.stringify(schema),
  contents: contents.map((content) => JSON.stringify(content)),
});

describe('a validator process', () => {
  it('answers what the rules answer', async () => {
    const answer = await lane.run(check({ type: 'object', required: ['a'] }, { a: 1 }, {}), 5_000);
    expect(answer).toMatchObject({ isSchemaValid: true, errors: [[], [{ pointer: '' }]] });
    expect(await lane.run(check({ type: 'nonsense' }), 5_000)).toMatchObject({ isSchemaValid: false });
  });

  it('is ended when a task takes too long, and the next task gets a new one', async () => {
    const limits = { maxBytes: 1e9, maxDepth: 5, maxKeys: 1e9 };
    const text = `{"a":[${'1,'.repeat(2_000_000)}1]}`;
    const failure = lane.run({ kind: 'parse', format: 'json', text, limits }, 1);
    await expect(failure).rejects.toBeInstanceOf(TaskEnded);
    await expect(failure).rejects.toMatchObject({ reason: 'time' });
    expect(await lane.run(check({ type: 'object' }, {}), 5_000)).toMatchObject({ errors: [[]] });
  });

  it('that runs out of memory takes nothing down with it', async () => {
    const limits = { maxBytes: 1e9, maxDepth: 5, maxKeys: 1e9 };
    const text = `{"a":[${'{},'.repeat(9_000_000)}{}]}`;
    const ended = lane.run({ kind: 'parse', format: 'json', text, limits }, 60_000);
    await expect(ended).rejects.toMatchObject({ reason: 'memory' });
    expect(await lane.run(check({ type: 'object' }, {}), 5_000)).toMatchObject({ errors: [[]] });
  });
});
