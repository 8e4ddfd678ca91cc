import { afterEach, expect, it, vi } from 'vitest';
import { spendMessage } from './message-budget.js';

afterEach(() => void vi.useRealTimers());

it('lets a burst through, what a message costs at a time, and then so much a second', () => {
  vi.useFakeTimers();
  vi.advanceTimersByTime(1);
  const rate = { perSecond: 10, burst: 20 };
  const held = { budget: 0, budgetAtMs: 0 };
  const spend = (times: number, cost?: number) =>
    Array.from({ length: times }, () => spendMessage(held, rate, cost)).filter(Boolean).length;
  expect(spend(10, 6)).toBe(3);
  expect(spend(10)).toBe(2);
  vi.advanceTimersByTime(1_000);
  expect(spend(10, 6)).toBe(1);
  expect(spend(10)).toBe(4);
});
