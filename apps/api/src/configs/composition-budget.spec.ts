import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '@binnacle/contracts';
import { CompositionBudget, FairBudget, type Lease } from './composition-budget.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Takes, and notes who has got it. */
function takers(budget: FairBudget) {
  const had: string[] = [];
  const leases = new Map<string, Lease>();
  const failures: string[] = [];
  return {
    had,
    failures,
    take: (name: string, amount: number, key = name.slice(0, 1)) =>
      void budget.take(key, amount).then(
        (lease) => {
          had.push(name);
          leases.set(name, lease);
        },
        (error: unknown) => failures.push(`${name} ${Problem.isInstance(error) ? error.code : 'failed'}`),
      ),
    end: async (name: string) => {
      leases.get(name)?.end();
      await vi.advanceTimersByTimeAsync(0);
    },
    settle: () => vi.advanceTimersByTimeAsync(0),
  };
}

describe('a budget', () => {
  it('is never more than there is, and goes to the keys in turn', async () => {
    const { had, take, end, settle } = takers(
      new FairBudget({ total: 10, perKey: 6, waitMs: 1_000, maxWaiting: 10 }),
    );
    for (const name of ['a1', 'a2', 'a3', 'a4']) take(name, 3);
    take('b1', 4);
    take('b2', 4);
    take('c1', 3);
    await settle();
    expect(had).toEqual(['a1', 'a2', 'b1']);
    await end('a1');
    expect(had.slice(3)).toEqual(['a3']);
    await end('a2');
    expect(had.slice(3)).toEqual(['a3', 'c1']);
    await end('b1');
    expect(had.slice(3)).toEqual(['a3', 'c1', 'b2']);
    await end('a3');
    expect(had.slice(3)).toEqual(['a3', 'c1', 'b2', 'a4']);
  });

  it('lets what is more than all of it be alone, and one of a key that is more than its part', async () => {
    const { had, take, end, settle } = takers(
      new FairBudget({ total: 10, perKey: 0, waitMs: 1_000, maxWaiting: 10 }),
    );
    take('a1', 2);
    take('b1', 50);
    take('a2', 2);
    take('c1', 1);
    await settle();
    // What is small does not pass what waits for all of it: that would never have its turn.
    expect(had).toEqual(['a1']);
    await end('a1');
    expect(had).toEqual(['a1', 'b1']);
    await end('b1');
    await end('b1');
    expect(had).toEqual(['a1', 'b1', 'a2', 'c1']);
  });

  it('is busy for who waits too long, and for who waits behind too many', async () => {
    const { had, failures, take, end, settle } = takers(
      new FairBudget({ total: 10, perKey: 0, waitMs: 1_000, maxWaiting: 2 }),
    );
    for (const name of ['a1', 'a2', 'a3', 'a4']) take(name, 3);
    await settle();
    expect(failures).toEqual(['a4 busy']);
    await vi.advanceTimersByTimeAsync(999);
    await end('a1');
    await vi.advanceTimersByTimeAsync(1);
    expect(failures).toEqual(['a4 busy', 'a3 busy']);
    await end('a2');
    take('a5', 3);
    await settle();
    expect(had).toEqual(['a1', 'a2', 'a5']);
  });
});

describe('the memory for configs', () => {
  const large = 40_000_000;

  it('has room for one large of a workspace and purpose, for those of others, and for what is small', async () => {
    const budget = new CompositionBudget();
    const had: string[] = [];
    const take = (workspace: string, purpose: 'look' | 'publish', characters: number) =>
      void budget
        .take(workspace, purpose, characters)
        .then(() => had.push(`${workspace} ${purpose} ${characters}`));
    for (let attempt = 0; attempt < 20; attempt++) take('one', 'look', large);
    take('one', 'publish', large);
    take('two', 'look', large);
    take('three', 'look', large);
    take('one', 'look', 1_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(had.sort()).toEqual([
      'one look 1000',
      `one look ${large}`,
      `one publish ${large}`,
      `two look ${large}`,
    ]);
  });
});
