import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { z } from 'zod';
import { createTestAgent } from '../testing/test-agent.js';
import { conformsTo } from './standard-schema.js';

/** Speaks the standard without any library. */
function schemaOf<Output>(
  validate: StandardSchemaV1.Props<unknown, Output>['validate'],
): StandardSchemaV1<unknown, Output> {
  return { '~standard': { version: 1, vendor: 'spec', validate } };
}

const Pool = z.object({ max: z.number(), idleMs: z.number().default(100) });

describe('reads through a schema', () => {
  it('are typed, with the defaults of the schema, frozen', () => {
    const { config } = createTestAgent({ config: { pool: { max: 5 } } });
    const pool = config.read('pool', Pool, { max: 1, idleMs: 1 });
    expectTypeOf(pool).toEqualTypeOf<{ max: number; idleMs: number }>();
    expectTypeOf(config.read('pool', Pool)).toEqualTypeOf<{ max: number; idleMs: number } | undefined>();
    expect(pool).toEqual({ max: 5, idleMs: 100 });
    expect(() => Object.assign(pool, { max: 6 })).toThrow(TypeError);
    expect(config.read('', z.object({ pool: Pool }))?.pool.max).toBe(5);
  });

  it('give the fallback, and one warning, for what the schema refuses', () => {
    const agent = createTestAgent({ config: { pool: { max: 'many' } } });
    const fallback = { max: 1, idleMs: 1 };
    for (let count = 0; count < 3; count++) expect(agent.config.read('pool', Pool, fallback)).toBe(fallback);
    expect(agent.config.read('pool', Pool)).toBeUndefined();
    expect(agent.warnings).toEqual([
      expect.stringMatching(/"pool" is not what its schema asks for: pool\.max: /),
    ]);
  });

  it('ask the schema once for each revision, and see the next one', () => {
    const validate = vi.fn((value: unknown) => ({ value }));
    const schema = schemaOf(validate);
    const agent = createTestAgent({ config: { a: 1 } });
    for (let count = 0; count < 5; count++) expect(agent.config.read('a', schema)).toBe(1);
    expect(validate).toHaveBeenCalledTimes(1);
    agent.set('a', 2);
    expect(agent.config.read('a', schema)).toBe(2);
    expect(validate).toHaveBeenCalledTimes(2);
  });

  it.each<[string, StandardSchemaV1]>([
    [
      'throws',
      schemaOf(() => {
        throw new Error('boom');
      }),
    ],
    ['is asynchronous', schemaOf(async () => ({ value: 1 }))],
    ['rejects', schemaOf(() => Promise.reject(new Error('late')))],
    ['is none', {} as StandardSchemaV1],
  ])('never throw, also when the schema %s', (_, schema) => {
    const agent = createTestAgent({ config: { a: 1 } });
    expect(agent.config.read('a', schema, 7 as never)).toBe(7);
    expect(agent.warnings).toHaveLength(1);
  });

  it('leave what has a class of its own as it is', () => {
    const schema = z.object({ url: z.string().transform((text) => new URL(text)) });
    const agent = createTestAgent({ config: { url: 'http://a/' } });
    const read = agent.config.read('', schema);
    expect(Object.isFrozen(read)).toBe(true);
    expect(Object.isFrozen(read?.url)).toBe(false);
  });
});

describe('a schema as a validator', () => {
  it('judges the whole, and names the keys', () => {
    const agent = createTestAgent({
      config: { pool: { max: 1 } },
      defaults: { mode: 'fast' },
      validate: conformsTo(z.object({ pool: Pool, mode: z.enum(['fast', 'safe']) })),
    });
    const outcome = agent.publish({ pool: { max: 'x' }, mode: 'slow' });
    expect(outcome).toMatchObject({ outcome: 'rejected', revision: 2 });
    expect(outcome).toHaveProperty('reason', expect.stringMatching(/^pool\.max: .*; mode: /));
    expect(agent.config.get('pool.max')).toBe(1);
  });
});
