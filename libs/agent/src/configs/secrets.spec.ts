import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { SecretValue, type JsonObject } from '@binnacle/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { revisionOf } from '../../../../test/harness/scripted-plane.js';
import { OnceLogger } from '../logger.js';
import { readCacheKey } from './cache-key.js';
import { ConfigCache } from './config-cache.js';
import { ConfigPart } from './config-part.js';
import { LiveConfig } from './live-config.js';
import type { Validator } from './validators.js';

const PLAIN = 'canary-4f1c7a';
const KEY = Buffer.alloc(32, 'k1').toString('base64');
const OTHER_KEY = Buffer.alloc(32, 'k2').toString('base64');
const CONTENT: JsonObject = {
  db: { host: 'db-1', password: { $secret: 'db-password' } },
  list: [{ $secret: 'db-password' }],
};
const IDENTITY = { url: 'http://localhost:7420/', service: 'checkout', environment: 'prod' };

let directory: string;
let warnings: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'binnacle-agent-'));
  warnings = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function start(options: { key?: string; defaults?: JsonObject; validate?: Validator } = {}) {
  const warn = (message: string) => void warnings.push(message);
  const logger = { info: () => {}, warn, error: warn };
  const once = new OnceLogger(logger);
  const cache = new ConfigCache(directory, IDENTITY, once, readCacheKey(options.key, {}));
  const validators = options.validate === undefined ? [] : [options.validate];
  const live = new LiveConfig({ defaults: options.defaults ?? {}, validators, cache, logger, once });
  live.start();
  return { live, cache, config: new ConfigPart(live, null) };
}

const push = (revision: number, value: string | null = PLAIN, content = CONTENT) => ({
  ...revisionOf(content, revision),
  ...(value === null ? {} : { secrets: { 'db-password': value } }),
});

async function filesOf(): Promise<string> {
  const names = await readdir(directory);
  return (await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))).join('\n');
}

describe('secrets in a configuration', () => {
  it('are read as values that do not print', () => {
    const { live, config } = start();
    expect(live.receive(push(1))).toMatchObject({ outcome: 'applied' });
    const password = config.get<SecretValue>('db.password');
    expect(password).toBeInstanceOf(SecretValue);
    expect(password?.reveal()).toBe(PLAIN);
    expect(config.secret('db.password', '').reveal()).toBe(PLAIN);
    expect(config.get('db')).toMatchObject({ host: 'db-1', password: expect.any(SecretValue) });
    expect(JSON.stringify(config.snapshot())).not.toContain(PLAIN);
    expect(inspect(config.snapshot(), { depth: null, showHidden: true })).not.toContain(PLAIN);
    expect(JSON.stringify(config.get('db'))).toBe('{"host":"db-1","password":"[secret]"}');
  });

  it('do not become plain texts by a fallback', () => {
    const { live, config } = start({ defaults: { plain: 'dev', number: 5 } });
    live.receive(push(1));
    expect(config.get('db.password', 'fallback')).toBe('fallback');
    expect(warnings).toEqual([
      'configuration "db.password" is a secret where a string is read: using the fallback',
    ]);
    expect(config.secret('plain', '').reveal()).toBe('dev');
    expect(config.secret('nothing')).toBeUndefined();
    expect(config.secret('nothing', 'dev').reveal()).toBe('dev');
    expect(config.secret('number')).toBeUndefined();
  });

  it('take the place of a default', () => {
    const { live, config } = start({ defaults: { db: { password: 'for development', user: 'me' } } });
    expect(config.secret('db.password', '').reveal()).toBe('for development');
    live.receive(push(1));
    expect(config.secret('db.password', '').reveal()).toBe(PLAIN);
    expect(config.get('db.user')).toBe('me');
  });

  it('reject a revision that comes without them, until it comes with them', () => {
    const { live } = start();
    const rejected = live.receive(push(1, null));
    expect(rejected).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('db-password') });
    expect(live.have).toBeNull();
    expect(live.receive(push(1, null))).toEqual(rejected);
    expect(live.receive(push(1))).toMatchObject({ outcome: 'applied' });
    expect(live.have).toMatchObject({ revision: 1 });
  });

  it('reject a revision whose reference mixes with a default', () => {
    const { live } = start({ defaults: { db: { password: { file: '/run/password' } } } });
    expect(live.receive(push(1))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/^\/db\/password: .*"file"/),
    });
  });

  it('are ignored with the message when they are no texts', () => {
    const { live } = start();
    expect(live.receive({ ...push(1), secrets: { 'db-password': 5 } })).toBeNull();
    expect(live.receive({ ...push(1), secrets: [PLAIN] })).toBeNull();
    expect(live.discarded).toBe(2);
  });

  it('tell watchers when a value changed though the content did not', () => {
    const { live, config } = start();
    live.receive(push(1));
    const changes: (readonly string[])[] = [];
    config.onChange('', ({ changedKeys }) => changes.push(changedKeys));
    config.onChange('db.host', () => changes.push(['never']));
    live.receive(push(2));
    expect(changes).toEqual([]);
    live.receive(push(3, 'canary-other'));
    expect(changes).toEqual([['db.password', 'list']]);
    live.receive(push(4, null, { db: { host: 'db-1', password: {} }, list: [] }));
    expect(changes.at(-1)).toEqual(['db.password', 'list']);
  });

  it('are seen by validators, and not told on in their reasons', () => {
    const seen: unknown[] = [];
    const { live } = start({
      validate: ({ content }) => {
        const password = (content['db'] as unknown as { password: SecretValue }).password;
        seen.push(password.reveal());
        return `the password ${password.reveal()} is too weak`;
      },
    });
    expect(live.receive(push(1))).toMatchObject({ reason: 'the password [secret] is too weak' });
    expect(seen).toEqual([PLAIN]);
    expect(warnings.join()).not.toContain(PLAIN);
  });
});

describe('secrets in the cache on disk', () => {
  it('are not written without a key, and missing at the next start until the plane sends them', async () => {
    const first = start();
    first.live.receive(push(1));
    await first.cache.flushed();
    expect(await filesOf()).not.toContain(PLAIN);
    const second = start();
    expect(second.config.get('db.host')).toBe('db-1');
    expect(second.config.get('db.password')).toBeUndefined();
    expect(second.config.status()).toMatchObject({
      source: 'cache',
      revision: 1,
      missingSecrets: ['db-password'],
    });
    expect(warnings.filter((line) => line.includes('without its secrets'))).toHaveLength(1);
    // So that the plane sends the same revision again.
    expect(second.live.have).toBeNull();
    const changes: (readonly string[])[] = [];
    second.config.onChange('', ({ changedKeys }) => changes.push(changedKeys));
    expect(second.live.receive(push(1))).toMatchObject({ outcome: 'applied' });
    expect(second.config.secret('db.password', '').reveal()).toBe(PLAIN);
    expect(second.config.status()).not.toHaveProperty('missingSecrets');
    expect(changes).toEqual([['db.password', 'list']]);
  });

  it('are sealed with a key, and open only with it', async () => {
    const first = start({ key: KEY });
    first.live.receive(push(1));
    await first.cache.flushed();
    const files = await filesOf();
    for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const)
      expect(files).not.toContain(Buffer.from(PLAIN).toString(encoding));
    const second = start({ key: KEY });
    expect(second.config.secret('db.password', '').reveal()).toBe(PLAIN);
    expect(second.live.have).toMatchObject({ revision: 1 });
    expect(warnings).toEqual([]);
    expect(start({ key: OTHER_KEY }).config.status().missingSecrets).toEqual(['db-password']);
  });

  it('are added to the file of a revision that was kept without them', async () => {
    const first = start();
    first.live.receive(push(1));
    await first.cache.flushed();
    const second = start({ key: KEY });
    second.live.receive(push(1));
    await second.cache.flushed();
    expect(start({ key: KEY }).config.secret('db.password', '').reveal()).toBe(PLAIN);
  });

  it('that a validator wanted are asked for again, though it refused the cached revision', async () => {
    const first = start();
    first.live.receive(push(1));
    await first.cache.flushed();
    const validate: Validator = ({ content }) =>
      (content['db'] as { password?: unknown }).password === undefined ? 'a password is needed' : undefined;
    const second = start({ validate });
    expect(second.config.status()).toMatchObject({ source: 'defaults', rejected: { revision: 1 } });
    expect(second.live.receive(push(1))).toMatchObject({ outcome: 'applied' });
  });

  it.each(['short', Buffer.alloc(16).toString('base64'), `${KEY}=`])('take no key like %s', (text) => {
    expect(() => readCacheKey(text, {})).toThrow(TypeError);
    expect(() => readCacheKey(undefined, { BINNACLE_CACHE_KEY: text })).toThrow(/BINNACLE_CACHE_KEY/);
    expect(() => readCacheKey(text, {})).not.toThrow(text);
  });
});
