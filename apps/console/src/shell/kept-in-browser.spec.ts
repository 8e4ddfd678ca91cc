import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetAllKept, keptSlot, MAX_KEPT_CHARACTERS, MAX_KEPT_COUNT } from './kept-in-browser';

let store: Storage;
const slot = (name: string) => keptSlot(name, () => store);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
  const values = new Map<string, string>();
  store = {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  };
});
afterEach(() => vi.useRealTimers());

it('keeps what was written until it is forgotten', () => {
  const kept = slot('orders');
  expect(kept.read()).toBeUndefined();
  expect(kept.write('a text')).toBe(true);
  expect(slot('orders').read()).toBe('a text');
  kept.forget();
  expect(kept.read()).toBeUndefined();
});

it('keeps nothing over a sign-out, also not of a page that is still open', () => {
  const kept = slot('orders');
  kept.write('a text');
  store.setItem('of-somebody-else', 'stays');
  forgetAllKept(store);
  expect(kept.read()).toBeUndefined();
  expect(kept.write('a text')).toBe(false);
  expect(kept.read()).toBeUndefined();
  expect(slot('orders').write('after the next sign-in')).toBe(true);
  expect(store.getItem('of-somebody-else')).toBe('stays');
});

it('forgets the oldest when there are too many', () => {
  for (let index = 0; index <= MAX_KEPT_COUNT; index++) {
    vi.advanceTimersByTime(1);
    slot(`document-${index}`).write('x');
  }
  expect(slot('document-0').read()).toBeUndefined();
  expect(slot('document-1').read()).toBe('x');
  expect(slot(`document-${MAX_KEPT_COUNT}`).read()).toBe('x');
});

it('forgets the oldest when they are too long, and refuses what is too long by itself', () => {
  slot('old').write('x'.repeat(MAX_KEPT_CHARACTERS / 2));
  vi.advanceTimersByTime(1);
  slot('new').write('y'.repeat(MAX_KEPT_CHARACTERS / 2 + 1));
  expect(slot('old').read()).toBeUndefined();
  expect(slot('huge').write('z'.repeat(MAX_KEPT_CHARACTERS + 1))).toBe(false);
  expect(slot('new').read()).toHaveLength(MAX_KEPT_CHARACTERS / 2 + 1);
});
