import { DEFAULT_BREAKER_POLICY } from '@binnacle/domain';
import type { BreakerRecord, CircuitRecord } from '@binnacle/store';
import { describe, expect, it } from 'vitest';
import { toBreakerPush, toBreakerView } from './breaker.view.js';

const record: BreakerRecord = {
  name: 'http:payments/v1',
  policy: DEFAULT_BREAKER_POLICY,
  forced: null,
  settingsGeneration: 4,
  circuit: null,
  createdAt: new Date(1_000),
};
const open: CircuitRecord = {
  generation: 7,
  circuit: { state: 'open', sinceMs: 2_000, untilMs: 9_000, attempt: 1, reason: 'failure rate 62 %' },
};
const forced = {
  state: 'disabled',
  untilMs: 5_000,
  by: 'token:ada',
  reason: 'maintenance',
  sinceMs: 3_000,
} as const;

describe('toBreakerView', () => {
  it('shows a breaker that never moved as closed since it was made', () => {
    expect(toBreakerView(record, undefined, 8_000)).toEqual({
      name: 'http:payments/v1',
      state: 'closed',
      generation: 4,
      since: new Date(1_000).toISOString(),
      reason: '',
      policy: DEFAULT_BREAKER_POLICY,
    });
  });

  it('shows an open circuit with its reason', () => {
    const view = toBreakerView(record, open, 8_000);
    expect(view).toMatchObject({ state: 'open', generation: 11, reason: 'failure rate 62 %' });
    expect(view.since).toBe(new Date(2_000).toISOString());
    expect(view).not.toHaveProperty('forced');
  });

  it('shows a forced state until it expires, and then the circuit under it with a higher generation', () => {
    const during = toBreakerView({ ...record, forced }, open, 4_999);
    expect(during).toMatchObject({
      state: 'disabled',
      generation: 11,
      since: new Date(3_000).toISOString(),
      reason: 'maintenance',
      forced: {
        state: 'disabled',
        until: new Date(5_000).toISOString(),
        by: 'token:ada',
        reason: 'maintenance',
      },
    });
    const after = toBreakerView({ ...record, forced }, open, 5_000);
    expect(after).toMatchObject({ state: 'open', generation: 12, since: new Date(5_000).toISOString() });
    expect(after).not.toHaveProperty('forced');
  });
});

it('tells agents the policy and the state together, and a reason where there is one', () => {
  expect(toBreakerPush(record, open, 0)).toEqual({
    name: 'http:payments/v1',
    policy: DEFAULT_BREAKER_POLICY,
    state: 'open',
    generation: 11,
    reason: 'failure rate 62 %',
  });
  expect(toBreakerPush(record, undefined, 0)).not.toHaveProperty('reason');
});
