import { SecretValue } from '@binnacle/domain';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { inRange, required, rule } from '../configs/rules.js';
import { createTestAgent } from './test-agent.js';

interface Shop {
  readonly pool: { readonly max: number; readonly name?: string };
  readonly hosts: readonly string[];
}

describe('an agent for tests', () => {
  it('sets keys, and tells watchers at once', () => {
    const agent = createTestAgent({ config: { pool: { max: 5, name: 'a' }, hosts: ['x', 'y'] } });
    const seen: unknown[] = [];
    const end = agent.config.onChange('pool', ({ old, new: current, changedKeys }) =>
      seen.push([old, current, changedKeys]),
    );
    expect(agent.set('pool.max', 6)).toEqual({ outcome: 'applied', revision: 2 });
    expect(agent.set('pool.max', 6)).toEqual({ outcome: 'applied', revision: 3 });
    agent.set('hosts.0', 'z');
    agent.set('pool.name', undefined);
    end();
    agent.set('pool.max', 7);
    expect(seen).toEqual([
      [{ max: 5, name: 'a' }, { max: 6, name: 'a' }, ['pool.max']],
      [{ max: 6, name: 'a' }, { max: 6 }, ['pool.name']],
    ]);
    expect(agent.config.get('')).toEqual({ pool: { max: 7 }, hosts: ['z', 'y'] });
    expect(agent.config.explain('pool.max')).toMatchObject({ layer: 'plane', source: 'revision 6' });
  });

  it('runs the validators, keeps what it had, and says what happened', () => {
    const agent = createTestAgent({
      config: { pool: { max: 5 } },
      validate: [rule('pool.max', required(), inRange({ max: 9 }))],
    });
    expect(agent.set('pool.max', 10)).toEqual({
      outcome: 'rejected',
      revision: 2,
      reason: 'pool.max: must be at most 9',
    });
    expect(agent.set('pool.max', undefined)).toMatchObject({ reason: 'pool.max: is required' });
    expect(agent.config.number('pool.max', 0)).toBe(5);
    expect(agent.config.status().rejected).toMatchObject({ revision: 3 });
    expect(agent.set('pool.name', 'b')).toEqual({ outcome: 'applied', revision: 4 });
    expect(agent.events.map(({ kind }) => kind)).toEqual([
      'revision_applied',
      'revision_rejected',
      'revision_rejected',
      'revision_applied',
    ]);
    expect(() => createTestAgent({ config: { a: 1 }, validate: () => 'no' })).toThrow('no');
  });

  it('has secrets', () => {
    const agent = createTestAgent({ config: { db: { password: new SecretValue('canary') } } });
    expect(agent.config.secret('db.password', '').reveal()).toBe('canary');
    agent.set('db.password', new SecretValue('other'));
    expect(agent.config.secret('db.password', '').reveal()).toBe('other');
    expect(JSON.stringify(agent.config.explain('db'))).not.toContain('other');
  });

  it('tells a change that a watcher makes after the one it heard of', () => {
    const agent = createTestAgent({ config: { a: 1 } });
    const seen: unknown[] = [];
    agent.config.onChange('a', ({ new: value }) => {
      if (value === 2) agent.set('a', 3);
    });
    agent.config.onChange('a', ({ old, new: value }) => seen.push([old, value]));
    agent.set('a', 2);
    expect(seen).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it('knows the type of its configuration', () => {
    const { config } = createTestAgent<Shop>({ config: { pool: { max: 5 }, hosts: [] } });
    expectTypeOf(config.get('pool.max')).toEqualTypeOf<number | undefined>();
    expectTypeOf(config.get('pool.name')).toEqualTypeOf<string | undefined>();
    expectTypeOf(config.get('hosts')).toEqualTypeOf<readonly string[] | undefined>();
    expectTypeOf(config.snapshot().get('pool.max')).toEqualTypeOf<number | undefined>();
    expectTypeOf(config.get('pool.max', 1)).toEqualTypeOf<number>();
    expectTypeOf(config.get<SecretValue>('other')).toEqualTypeOf<SecretValue | undefined>();
    expect(config.get('pool.max')).toBe(5);
  });

  it('leaves nothing behind', async () => {
    const before = process.getActiveResourcesInfo();
    const agent = createTestAgent({ config: { a: 1 } });
    agent.set('a', 2);
    await agent.breaker('x').call(() => 1);
    await agent.ready();
    await agent.close();
    expect(process.getActiveResourcesInfo()).toEqual(before);
  });

  it.each([
    ['a', { b: undefined } as never],
    ['a', Number.NaN],
    ['', 5],
    ['hosts.7', 'x'],
  ])('refuses to set %s to %o', (key, value) => {
    const agent = createTestAgent({ config: { hosts: ['x'] } });
    expect(() => agent.set(key, value)).toThrow();
    expect(agent.config.snapshot().revision).toBe(1);
  });
});
