import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { revisionOf } from '../../../../test/harness/scripted-plane.js';
import { OnceLogger } from '../logger.js';
import { isNewer } from './judge-revision.js';
import { LiveConfig } from './live-config.js';
import type { Validator } from './validators.js';

function setUp(validators: Validator[] = []) {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const logger = { info: () => {}, warn, error: warn };
  const live = new LiveConfig({
    defaults: {},
    validators,
    cache: null,
    logger,
    once: new OnceLogger(logger),
  });
  return { live, warnings };
}

describe('what becomes of pushes', () => {
  it('applies forward only and each revision once, however pushes come (fault 19, promise 2)', () => {
    const position = fc.record({
      epoch: fc.constantFrom('epoch-1', 'epoch-2', 'epoch-3'),
      revision: fc.integer({ min: 1, max: 6 }),
      isDamaged: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(position, { maxLength: 40 }),
        fc.integer({ min: 2, max: 5 }),
        (pushes, refusedEvery) => {
          const { live } = setUp([
            ({ revision }) => ((revision ?? 1) % refusedEvery === 0 ? 'refused' : undefined),
          ]);
          const applied: { epoch: string; revision: number }[] = [];
          live.watchers.add('', ({ snapshot }) => {
            if (snapshot.epoch !== null) applied.push({ epoch: snapshot.epoch, revision: snapshot.revision });
          });
          for (const { epoch, revision, isDamaged } of pushes) {
            const push = revisionOf({ epoch, revision }, revision, epoch);
            const outcome = live.receive(isDamaged ? { ...push, content: {} } : push);
            if (isDamaged) expect(outcome).toBeNull();
            if (outcome?.outcome === 'applied') expect(live.have).toMatchObject({ epoch, revision });
            if (live.have !== null)
              expect(live.snapshot.content).toEqual({ epoch: live.have.epoch, revision: live.have.revision });
          }
          applied.forEach((entry, index) => expect(isNewer(entry, applied[index - 1] ?? null)).toBe(true));
          const sound = pushes.filter(({ isDamaged }) => !isDamaged);
          const newest = sound.reduce<(typeof sound)[0] | null>((a, b) => (isNewer(b, a) ? b : a), null);
          if (newest !== null && newest.revision % refusedEvery !== 0)
            expect(live.have).toMatchObject({ epoch: newest.epoch, revision: newest.revision });
        },
      ),
    );
  });

  it('does not go back, after a rejection, to what came between', () => {
    const { live } = setUp([({ revision }) => (revision === 7 ? 'no' : undefined)]);
    expect(live.receive(revisionOf({ a: 5 }, 5))).toMatchObject({ outcome: 'applied' });
    expect(live.receive(revisionOf({ a: 7 }, 7))).toMatchObject({ outcome: 'rejected', reason: 'no' });
    expect(live.receive(revisionOf({ a: 6 }, 6))).toBeNull();
    expect(live.snapshot.revision).toBe(5);
  });

  it('says applied again when it is pushed what it runs, and tells no watcher', () => {
    const { live } = setUp();
    live.receive(revisionOf({ a: 1 }, 1));
    const listener = vi.fn();
    live.watchers.add('', listener);
    expect(live.receive(revisionOf({ a: 1 }, 1))).toMatchObject({ revision: 1, outcome: 'applied' });
    expect(listener).not.toHaveBeenCalled();
  });

  it('ignores a second, different content of the revision that runs', () => {
    const { live, warnings } = setUp();
    live.receive(revisionOf({ a: 1 }, 1));
    expect(live.receive(revisionOf({ a: 2 }, 1))).toBeNull();
    expect(live.snapshot.content).toEqual({ a: 1 });
    expect(warnings).toHaveLength(1);
  });

  it.each<[string, Validator, string]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'boom',
    ],
    ['returns a text', () => 'too high', 'too high'],
    ['returns a list', () => ['a is wrong', 'b is wrong'], 'a is wrong; b is wrong'],
    [
      'returns a promise',
      (() => Promise.reject(new Error('late'))) as unknown as Validator,
      'must not be asynchronous',
    ],
    ['returns nonsense', (() => 7) as unknown as Validator, 'neither with nothing'],
    ['says too much', () => 'x'.repeat(5_000), 'x'.repeat(1_000)],
  ])('rejects when a validator %s', (_, validator, reason) => {
    const { live } = setUp([validator]);
    const outcome = live.receive(revisionOf({ a: 1 }, 1));
    expect(outcome?.outcome).toBe('rejected');
    expect(outcome?.reason).toContain(reason);
    expect(outcome?.reason?.length).toBeLessThanOrEqual(1_000);
    expect(live.have).toBeNull();
  });

  it.each<[string, Validator]>([
    ['nothing', () => {}],
    ['an empty list', () => []],
    ['an empty text', () => ''],
  ])('accepts when a validator returns %s', (_, validator) => {
    expect(setUp([validator]).live.receive(revisionOf({ a: 1 }, 1))?.outcome).toBe('applied');
  });

  it('shows validators the next and the current configuration, over the defaults, frozen', () => {
    const validator = vi.fn<Validator>();
    const { live } = setUp();
    live.addValidator(validator);
    live.receive(revisionOf({ a: { b: 1 } }, 1));
    const [next, current] = validator.mock.calls[0] ?? [];
    expect([next?.revision, current?.source]).toEqual([1, 'defaults']);
    expect(Object.isFrozen(next?.content['a'])).toBe(true);
  });

  it('keeps hostile keys as data', () => {
    const { live } = setUp();
    live.receive(revisionOf(JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'), 1));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(live.snapshot.content).sort()).toEqual(['__proto__', 'constructor']);
  });
});
