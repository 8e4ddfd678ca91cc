import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTurns, nextTurn } from './composition-turns.js';

test('many who work for long have one turn each, and everybody else has his between them', async () => {
  const happened: string[] = [];
  const isAtWork = { now: true };
  const others = (async () => {
    while (isAtWork.now) {
      happened.push('others');
      await setImmediate();
    }
  })();
  await Promise.all(Array.from({ length: 10 }, () => nextTurn().then(() => happened.push('work'))));
  isAtWork.now = false;
  await others;
  expect(happened.filter((each) => each === 'work')).toHaveLength(10);
  expect(happened.join()).not.toContain('work,work');
});

test('what is done in turns is done once each, in its order', async () => {
  const done: number[] = [];
  const slowly = (item: number) => {
    const endMs = performance.now() + 11;
    while (performance.now() < endMs);
    done.push(item);
  };
  await inTurns([1, 2, 3], slowly);
  expect(done).toEqual([1, 2, 3]);
});
