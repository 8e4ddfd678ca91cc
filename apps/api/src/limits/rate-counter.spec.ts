import { expect, it } from 'vitest';
import { RateCounter, WINDOW_MS } from './rate-counter.js';

const START_MS = 1_000 * WINDOW_MS;

function counter(limit: number, maxKeys?: number): RateCounter {
  const made = new RateCounter('address', limit, maxKeys);
  made.advance(START_MS);
  return made;
}

function spent(rates: RateCounter, key: string, times: number): number {
  let taken = 0;
  for (let time = 0; time < times; time++) if (rates.spend(rates.of(key))) taken += 1;
  return taken;
}

it('lets through as much as the limit, for each key by itself', () => {
  const rates = counter(100);
  expect(spent(rates, 'a', 150)).toBe(100);
  expect(spent(rates, 'b', 50)).toBe(50);
});

it('slides: of the window before, what still lies within the last ten seconds counts', () => {
  const rates = counter(100);
  spent(rates, 'a', 100);
  rates.advance(START_MS + WINDOW_MS);
  expect(spent(rates, 'a', 10)).toBe(0);
  rates.advance(START_MS + WINDOW_MS * 1.25);
  expect(spent(rates, 'a', 100)).toBe(25);
  rates.advance(START_MS + WINDOW_MS * 3);
  expect(spent(rates, 'a', 150)).toBe(100);
});

it('holds across processes once they have told each other', () => {
  const [one, other] = [counter(1_000), counter(1_000)];
  spent(one, 'a', 600);
  spent(other, 'a', 300);
  let total = 0;
  for (const each of [one, other]) {
    for (const { tally, window, amount } of each.takeDue(10)) each.heard(tally, window, (total += amount));
  }
  expect(total).toBe(900);
  expect(spent(other, 'a', 500)).toBe(100);
});

it('tells again what could not be told', () => {
  const rates = counter(100);
  spent(rates, 'a', 10);
  const [told] = rates.takeDue(10);
  expect(told?.amount).toBe(10);
  if (told !== undefined) rates.unheard(told.tally, told.window, told.amount);
  spent(rates, 'a', 5);
  expect(rates.takeDue(10)[0]?.amount).toBe(15);
});

it('tells what was counted just before a window ended as of that window', () => {
  const rates = counter(100);
  spent(rates, 'a', 100);
  rates.advance(START_MS + WINDOW_MS);
  // A first request of the new window must not take the old one's count along.
  spent(rates, 'a', 1);
  const [due, ...more] = rates.takeDue(10);
  expect(due).toMatchObject({ window: START_MS / WINDOW_MS, amount: 100, isFirst: true });
  expect(more).toEqual([]);
});

it('tells without being asked again what could not be told, though nothing more is let through', () => {
  const rates = counter(10);
  spent(rates, 'a', 10);
  const [told] = rates.takeDue(10);
  if (told !== undefined) rates.unheard(told.tally, told.window, told.amount);
  expect(rates.takeDue(10)).toMatchObject([{ amount: 10 }]);
});

it('counts what others let through in the window before, once it has heard of it', () => {
  const rates = counter(100);
  rates.advance(START_MS + WINDOW_MS * 1.1);
  spent(rates, 'a', 5);
  for (const { tally, window, amount, isFirst } of rates.takeDue(10)) {
    expect(isFirst).toBe(true);
    rates.heard(tally, window, amount);
    rates.heardBefore(tally, window, 100);
  }
  expect(spent(rates, 'a', 100)).toBe(5);
  expect(rates.takeDue(10)[0]?.isFirst).toBe(false);
});

it('does not bother others with what hardly counts', () => {
  const rates = counter(1_000);
  spent(rates, 'a', 19);
  expect(rates.takeDue(10)).toEqual([]);
  spent(rates, 'a', 1);
  expect(rates.takeDue(10)).toHaveLength(1);
});

it('takes a bounded memory, and forgets whoever has gone', () => {
  const rates = counter(10, 100);
  const held = rates.of('first');
  for (let index = 0; index < 1_000; index++) spent(rates, `k${index}`, 1);
  expect(rates.size).toBe(100);
  expect(held.isForgotten).toBe(true);
  rates.advance(START_MS + 2 * WINDOW_MS);
  expect(rates.size).toBe(0);
});

it('goes on when the clock is set back', () => {
  const rates = counter(10);
  expect(spent(rates, 'a', 20)).toBe(10);
  rates.advance(START_MS - 100 * WINDOW_MS);
  expect(spent(rates, 'a', 20)).toBe(10);
});
