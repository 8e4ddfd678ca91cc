import { expect, it, vi } from 'vitest';
import type { JsonObject } from '@binnacle/domain';
import { ConfigWatchers, type ConfigChange } from './config-watchers.js';
import { OnceLogger } from '../logger.js';
import { resolveConfig } from './resolve-config.js';
import { SecretKeys } from './secret-keys.js';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

function defaultsSnapshot(defaults: JsonObject) {
  const moving = { file: null, published: null, source: 'cache' } as const;
  return resolveConfig(
    { defaults, overrides: [], secretKeys: new SecretKeys() },
    moving,
    new OnceLogger(silent),
  ).snapshot;
}

function tell(watchers: ConfigWatchers, old: JsonObject, current: JsonObject): void {
  watchers.tell(defaultsSnapshot(old), defaultsSnapshot(current));
}

it.each<[string, JsonObject, JsonObject, string[] | null]>([
  ['', { a: 1 }, { a: 2 }, ['a']],
  ['', { a: 1 }, { a: 1 }, null],
  ['', {}, { a: { b: 1 } }, ['a']],
  ['', { a: { b: 1, c: 1 } }, { a: { b: 2, d: 1 } }, ['a.b', 'a.c', 'a.d']],
  ['a', { a: { b: 1 }, z: 1 }, { a: { b: 1 }, z: 2 }, null],
  ['a.b', { a: { b: 1 } }, { a: {} }, ['a.b']],
  ['a', { ab: 1 }, { ab: 2 }, null],
  ['list', { list: [1, { x: 1 }] }, { list: [1, { x: 2 }] }, ['list']],
  ['list.0', { list: [1, 2] }, { list: [1, 3] }, null],
  ['list.1', { list: [1, 2] }, { list: [1, 3] }, ['list.1']],
  ['hosts', { hosts: { 'a.b': 1 } }, { hosts: { 'a.b': 2 } }, ['hosts.a\\.b']],
])('a watcher of "%s" from %o to %o is told %o', (key, old, current, changedKeys) => {
  const watchers = new ConfigWatchers({ info: vi.fn(), warn: vi.fn(), error: vi.fn() });
  const told: ConfigChange[] = [];
  watchers.add(key, (change) => void told.push(change));
  tell(watchers, old, current);
  expect(told.map((change) => change.changedKeys)).toEqual(changedKeys === null ? [] : [changedKeys]);
});

it('isolates listeners that throw, at once or later, and stops those that ended', async () => {
  const error = vi.fn();
  const watchers = new ConfigWatchers({ info: vi.fn(), warn: vi.fn(), error });
  const listener = vi.fn();
  watchers.add('a', () => {
    throw new Error('first');
  });
  watchers.add('a', (async () => {
    throw new Error('second');
  }) as () => void);
  const end = watchers.add('a', listener);
  tell(watchers, { a: 1 }, { a: 2 });
  expect(listener).toHaveBeenCalledTimes(1);
  await vi.waitFor(() => expect(error).toHaveBeenCalledTimes(2));
  end();
  tell(watchers, { a: 2 }, { a: 3 });
  expect(listener).toHaveBeenCalledTimes(1);
});
