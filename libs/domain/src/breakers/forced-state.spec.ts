import { describe, expect, it } from 'vitest';
import type { Circuit } from './circuit.js';
import { effectiveState, permitsCall, type BreakerState, type ForcedState } from './forced-state.js';

const open: Circuit = { state: 'open', sinceMs: 0, untilMs: 10_000, attempt: 1, reason: 'failing' };

function forced(state: ForcedState['state'], untilMs: number | null): ForcedState {
  return { state, untilMs, by: 'ada', reason: 'maintenance' };
}

describe('effectiveState', () => {
  it.each<[string, ForcedState | null, BreakerState]>([
    ['nothing forced', null, 'open'],
    ['forced for good', forced('disabled', null), 'disabled'],
    ['forced until later', forced('metrics_only', 5_001), 'metrics_only'],
    ['forced until now', forced('forced_open', 5_000), 'open'],
    ['forced until earlier', forced('forced_open', 4_999), 'open'],
  ])('%s', (_, force, expected) => {
    expect(effectiveState(open, force, 5_000)).toBe(expected);
  });
});

describe('permitsCall', () => {
  it.each<[BreakerState, boolean]>([
    ['closed', true],
    ['disabled', true],
    ['metrics_only', true],
    ['open', false],
    ['half_open', false],
    ['forced_open', false],
  ])('%s: %s', (state, expected) => {
    expect(permitsCall(state)).toBe(expected);
  });
});
