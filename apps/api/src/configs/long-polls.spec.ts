import { expect, it } from 'vitest';
import { LongPolls, MAX_OPEN_POLLS } from './long-polls.js';

it('lets so many of one credential wait at a time, and others beside them', async () => {
  const polls = new LongPolls();
  const over = Promise.withResolvers<string>();
  const waiting = Array.from({ length: MAX_OPEN_POLLS }, () => polls.hold('one', () => over.promise));
  await expect(polls.hold('one', () => over.promise)).rejects.toMatchObject({ code: 'rate_limited' });
  expect(await polls.hold('other', async () => 'served')).toBe('served');
  over.resolve('newer');
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['newer']));
  expect(await polls.hold('one', async () => 'served')).toBe('served');
});

it('counts one that failed no longer', async () => {
  const polls = new LongPolls();
  for (let time = 0; time <= MAX_OPEN_POLLS; time++)
    await expect(polls.hold('one', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
});
