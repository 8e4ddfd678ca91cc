import { expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { OnceLogger } from '../logger.js';
import { ConfigPart } from './config-part.js';
import { formatKey, parseKey, valueAt } from './key-path.js';
import { LiveConfig } from './live-config.js';

function setUp() {
  const warn = vi.fn();
  const logger = { info: vi.fn(), warn, error: warn };
  const once = new OnceLogger(logger);
  const defaults = { pool: { max: 5, name: 'main', on: true }, hosts: ['a', 'b'], 'x.y': 1, none: null };
  const live = new LiveConfig({ defaults, validators: [], cache: null, logger, once });
  return { config: new ConfigPart(live, null), warn };
}

it('reads values of the kind that is asked for', () => {
  const { config, warn } = setUp();
  expect(config.get('pool.max', 10)).toBe(5);
  expect(config.number('pool.max', 10)).toBe(5);
  expect(config.string('pool.name', '-')).toBe('main');
  expect(config.boolean('pool.on', false)).toBe(true);
  expect(config.get('hosts.1', '-')).toBe('b');
  expect(config.get('hosts', ['-'])).toEqual(['a', 'b']);
  expect(config.get('x\\.y', 0)).toBe(1);
  expect(config.get('')).toMatchObject({ pool: { max: 5 } });
  expect(config.get('nothing.here')).toBeUndefined();
  expect(config.get('nothing.here', 3)).toBe(3);
  expect(config.get('pool.constructor')).toBeUndefined();
  expect(config.get('pool.__proto__.x', 1)).toBe(1);
  expect(warn).not.toHaveBeenCalled();
});

it('gives the fallback, and one warning, for a value of another kind', () => {
  const { config, warn } = setUp();
  for (let count = 0; count < 3; count++) expect(config.number('pool.name', 7)).toBe(7);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(config.get('hosts', {})).toEqual({});
  expect(config.get('none', 'x')).toBe('x');
  expect(warn).toHaveBeenCalledTimes(3);
});

it('never throws, whatever the key', () => {
  const { config } = setUp();
  fc.assert(fc.property(fc.string(), (key) => void config.get(key, 1)));
});

it('finds any value by the key that is made of its path', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (segments) => {
      fc.pre(segments.length > 1 || segments[0] !== '');
      expect(parseKey(formatKey(segments))).toEqual(segments);
      const content = segments.reduceRight<unknown>((inner, segment) => ({ [segment]: inner }), 42);
      expect(valueAt(content as never, segments)).toBe(42);
    }),
  );
});
