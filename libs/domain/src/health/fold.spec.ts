import { describe, expect, it } from 'vitest';
import { countedAs, countInstances, type InstanceState } from './instance-counts.js';
import { foldInstanceStatus } from './instance-status.js';
import { foldServiceStatus } from './service-status.js';
import type { Lifecycle, Status } from './status.js';

const critical = (status: Status) => ({ status, critical: true });
const optional = (status: Status) => ({ status, critical: false });

describe('foldInstanceStatus', () => {
  it.each<[Lifecycle, { status: Status; critical: boolean }[], Status]>([
    ['ready', [], 'healthy'],
    ['ready', [critical('healthy'), optional('healthy')], 'healthy'],
    ['ready', [critical('unhealthy')], 'unhealthy'],
    ['ready', [optional('degraded'), critical('unhealthy')], 'unhealthy'],
    ['ready', [critical('degraded')], 'degraded'],
    ['ready', [optional('degraded')], 'degraded'],
    ['ready', [optional('unhealthy')], 'degraded'],
    ['ready', [critical('unknown')], 'unknown'],
    ['ready', [critical('unknown'), optional('unhealthy')], 'degraded'],
    ['ready', [optional('unhealthy'), critical('unknown')], 'degraded'],
    ['ready', [critical('unknown'), critical('unhealthy')], 'unhealthy'],
    ['ready', [optional('unknown')], 'healthy'],
    ['draining', [], 'healthy'],
    ['draining', [critical('unhealthy')], 'degraded'],
    ['draining', [critical('degraded')], 'degraded'],
    ['starting', [], 'unknown'],
    ['starting', [critical('unhealthy')], 'unknown'],
    ['starting', [optional('unhealthy')], 'degraded'],
    ['starting', [critical('healthy')], 'healthy'],
    ['stopped', [critical('unhealthy')], 'unknown'],
    ['stopped', [critical('healthy')], 'unknown'],
  ])('%s with %j is %s', (lifecycle, checks, expected) => {
    expect(foldInstanceStatus(lifecycle, checks)).toBe(expected);
  });
});

describe('countedAs', () => {
  it.each<[Lifecycle, Status, boolean, InstanceState | null]>([
    ['ready', 'healthy', false, 'healthy'],
    ['ready', 'unhealthy', false, 'unhealthy'],
    ['starting', 'unknown', false, 'unknown'],
    ['ready', 'healthy', true, 'lost'],
    ['starting', 'unknown', true, 'lost'],
    ['draining', 'degraded', false, 'draining'],
    ['draining', 'degraded', true, 'draining'],
    ['stopped', 'unknown', false, null],
    ['stopped', 'unknown', true, null],
  ])('%s and %s (lost: %s) is counted as %s', (lifecycle, status, lost, expected) => {
    expect(countedAs(lifecycle, status, { lost })).toBe(expected);
  });

  it('takes an instance for seen unless told otherwise', () => {
    expect(countedAs('ready', 'degraded')).toBe('degraded');
  });
});

describe('countInstances', () => {
  it('sums every state once and skips what is not counted', () => {
    expect(countInstances(['healthy', 'healthy', 'lost', null, 'draining'])).toEqual({
      total: 4,
      healthy: 2,
      degraded: 0,
      unhealthy: 0,
      unknown: 0,
      lost: 1,
      draining: 1,
    });
  });
});

describe('foldServiceStatus', () => {
  const many = (count: number, state: InstanceState) => Array.from({ length: count }, () => state);

  it.each<[string, InstanceState[], Status]>([
    ['no instance', [], 'unknown'],
    ['only draining ones', many(3, 'draining'), 'unknown'],
    ['all healthy', many(3, 'healthy'), 'healthy'],
    ['draining ones have no say', [...many(1, 'healthy'), ...many(9, 'draining')], 'healthy'],
    ['all unknown', many(2, 'unknown'), 'unknown'],
    ['one unknown', [...many(9, 'healthy'), 'unknown'], 'degraded'],
    ['one degraded', [...many(9, 'healthy'), 'degraded'], 'degraded'],
    ['all degraded', many(4, 'degraded'), 'degraded'],
    ['one unhealthy of ten', [...many(9, 'healthy'), 'unhealthy'], 'degraded'],
    ['just under half unhealthy', [...many(6, 'healthy'), ...many(5, 'unhealthy')], 'degraded'],
    ['half unhealthy', [...many(5, 'healthy'), ...many(5, 'unhealthy')], 'unhealthy'],
    ['lost weighs as unhealthy', [...many(2, 'healthy'), 'unhealthy', 'lost'], 'unhealthy'],
    ['all lost', many(2, 'lost'), 'unhealthy'],
    ['lost among unknown', [...many(3, 'unknown'), 'lost'], 'degraded'],
    ['draining ones do not dilute', [...many(1, 'unhealthy'), ...many(9, 'draining')], 'unhealthy'],
  ])('%s', (_, states, expected) => {
    expect(foldServiceStatus(countInstances(states))).toBe(expected);
  });

  it.each<[number, number, InstanceState[], Status]>([
    [25, 100, ['healthy', 'healthy', 'healthy', 'healthy', 'unhealthy'], 'healthy'],
    [25, 100, ['healthy', 'healthy', 'healthy', 'unhealthy'], 'degraded'],
    [25, 100, ['unhealthy', 'lost'], 'unhealthy'],
    [0, 0, ['healthy', 'healthy'], 'healthy'],
    [0, 0, ['healthy', 'lost'], 'unhealthy'],
  ])('degraded from %d %%, unhealthy from %d %%: %j is %s', (degraded, unhealthy, states, expected) => {
    const thresholds = { degradedPercent: degraded, unhealthyPercent: unhealthy };
    expect(foldServiceStatus(countInstances(states), thresholds)).toBe(expected);
  });
});
