import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { revisionOf, ScriptedPlane } from '../../../test/harness/scripted-plane.js';
import type { AgentOptions } from './agent-options.js';
import { createAgent, type Agent } from './agent.js';
import type { Logger } from './logger.js';

const WAIT = { timeout: 5_000, interval: 5 };

describe('an agent and its plane', () => {
  let plane: ScriptedPlane;
  let cacheDir: string;
  let agents: Agent[];
  let warnings: string[];
  const logger: Logger = {
    info: () => {},
    warn: (message) => void warnings.push(message),
    error: (message) => void warnings.push(message),
  };

  beforeEach(async () => {
    plane = await ScriptedPlane.start();
    cacheDir = await mkdtemp(join(tmpdir(), 'binnacle-agent-'));
    agents = [];
    warnings = [];
  });

  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.close({ timeoutMs: 1_000 })));
    await plane.stop();
    await rm(cacheDir, { recursive: true });
    expect(plane.mistakes).toEqual([]);
  });

  function start(options: Partial<AgentOptions> = {}): Agent {
    const base = {
      url: plane.url,
      token: 'secret',
      service: 'checkout',
      environment: 'prod',
      cacheDir,
      logger,
    };
    const agent = createAgent({ ...base, heartbeatMs: 50, ...options });
    agents.push(agent);
    return agent;
  }

  const applied = (revision: number, epoch = 'epoch-1') =>
    vi.waitFor(
      () => expect(plane.applied.at(-1)).toMatchObject({ epoch, revision, outcome: 'applied' }),
      WAIT,
    );

  it('gets the configuration at the handshake and by push, and says so after its watchers know', async () => {
    plane.publish({ pool: { max: 5 } }, 1);
    const agent = start({ defaults: { pool: { max: 1, min: 0 } } });
    expect(agent.config.get('pool.max', 0)).toBe(1);
    const seen: unknown[] = [];
    agent.config.onChange('pool', ({ changedKeys, old, new: current }) => {
      expect(plane.applied).toHaveLength(seen.length);
      seen.push({ changedKeys, old, current });
    });

    expect(await agent.ready()).toMatchObject({ source: 'plane', revision: 1, connected: true });
    await applied(1);
    plane.publish({ pool: { max: 9 } }, 2);
    await applied(2);

    expect(agent.config.get('pool', {})).toEqual({ max: 9, min: 0 });
    expect(seen).toEqual([
      { changedKeys: ['pool.max'], old: { max: 1, min: 0 }, current: { max: 5, min: 0 } },
      { changedKeys: ['pool.max'], old: { max: 5, min: 0 }, current: { max: 9, min: 0 } },
    ]);
    await vi.waitFor(() => expect(plane.health.at(-1)?.have).toMatchObject({ revision: 2 }), WAIT);
  });

  it('starts from its cache while the plane is away, says so, and is confirmed when it returns (fault 27)', async () => {
    plane.publish({ a: 1 }, 3);
    const first = start();
    await applied(3);
    await first.close();
    await plane.stop();

    const second = start();
    expect(second.config.status()).toMatchObject({ source: 'cache', revision: 3, connected: false });
    expect(second.config.get('a', 0)).toBe(1);
    expect((await second.ready()).source).toBe('cache');

    await plane.listen();
    await vi.waitFor(
      () => expect(second.config.status()).toMatchObject({ source: 'plane', revision: 3 }),
      WAIT,
    );
    expect(plane.handshakes.at(-1)?.have).toMatchObject({ revision: 3 });
    expect(plane.applied).toHaveLength(1);
  });

  it('is not ready from a cache without secrets while the plane may send them, within its time', async () => {
    const secrets = { 'db-password': 'canary-4f1c7a' };
    plane.published = { ...revisionOf({ password: { $secret: 'db-password' }, a: 1 }, 3), secrets };
    const first = start();
    expect(await first.ready()).toMatchObject({ source: 'plane' });
    await applied(3);
    await first.close();

    const second = start();
    expect(second.config.status()).toMatchObject({ source: 'cache', missingSecrets: ['db-password'] });
    expect(second.config.get('a', 0)).toBe(1);
    expect(await second.ready()).not.toHaveProperty('missingSecrets');
    expect(second.config.secret('password', 'for development').reveal()).toBe('canary-4f1c7a');
    await second.close();
    await plane.stop();

    const third = start();
    expect(await third.ready({ timeoutMs: 50 })).toMatchObject({
      source: 'cache',
      missingSecrets: ['db-password'],
    });
    await plane.listen();
    expect(await third.ready()).toMatchObject({ source: 'plane', connected: true });
    await third.close();

    plane.published = null;
    expect(await start().ready()).toMatchObject({ connected: true, missingSecrets: ['db-password'] });
  });

  it('asks its validators before it runs what the cache holds', async () => {
    plane.publish({ a: 1 }, 3);
    const first = start();
    await applied(3);
    await first.close();
    await plane.stop();

    const second = start({ validate: () => 'not this one', defaults: { a: 0 } });
    expect(second.config.status()).toMatchObject({
      source: 'defaults',
      rejected: { revision: 3, reason: 'not this one' },
    });
    expect(second.config.get('a', -1)).toBe(0);
  });

  it('keeps what it has when a validator rejects, and tells why, again after a reconnect', async () => {
    plane.publish({ limit: 1 }, 1);
    const validate = vi.fn((next: { content: { limit?: unknown } }) =>
      Number(next.content.limit) > 10 ? ['limit must be at most 10'] : [],
    );
    const agent = start({ validate });
    await applied(1);
    plane.publish({ limit: 99 }, 2);
    const rejection = { revision: 2, outcome: 'rejected', reason: 'limit must be at most 10' };
    await vi.waitFor(() => expect(plane.applied.at(-1)).toMatchObject(rejection), WAIT);
    expect(agent.config.get('limit', 0)).toBe(1);
    expect(agent.config.status()).toMatchObject({
      revision: 1,
      rejected: { revision: 2, reason: rejection.reason },
    });

    plane.applied.length = 0;
    plane.push(plane.published);
    await vi.waitFor(() => expect(plane.applied).toEqual([expect.objectContaining(rejection)]), WAIT);
    await plane.stop();
    plane.applied.length = 0;
    await plane.listen();
    await vi.waitFor(() => expect(plane.applied[0]).toMatchObject(rejection), WAIT);
    expect(validate).toHaveBeenCalledTimes(2);
    expect(plane.handshakes.at(-1)?.have).toMatchObject({ revision: 1 });

    plane.publish({ limit: 2 }, 3);
    await applied(3);
    expect(agent.config.status().rejected).toBeUndefined();
  });

  it('connects anew for a revision that is wanted and was never pushed', async () => {
    plane.catchesUp = false;
    const agent = start();
    await vi.waitFor(() => expect(plane.health.length).toBeGreaterThan(0), WAIT);
    plane.published = revisionOf({ a: 2 }, 4);
    plane.catchesUp = true;
    await applied(4);
    expect(plane.handshakes.length).toBeGreaterThan(1);
    expect(agent.config.get('a', 0)).toBe(2);
  });

  it('does not wait for a push of what it has rejected', async () => {
    plane.publish({ a: 1 }, 1);
    start({ validate: () => 'no' });
    await vi.waitFor(() => expect(plane.health.length).toBeGreaterThan(8), WAIT);
    expect(plane.handshakes).toHaveLength(1);
  });

  it('never applies content that does not match its hash', async () => {
    plane.publish({ a: 1 }, 1);
    const agent = start();
    await applied(1);
    plane.push({ ...revisionOf({ a: 2 }, 2), content: { a: 666 } });
    await vi.waitFor(() => expect(agent.config.status().discarded).toBe(1), WAIT);
    expect(agent.config.get('a', 0)).toBe(1);
    expect(warnings.join()).toContain('does not match its hash');
    plane.publish({ a: 2 }, 2);
    await applied(2);
  });

  it('survives malformed messages of every kind', async () => {
    const agent = start();
    await vi.waitFor(() => expect(plane.sockets).toHaveLength(1), WAIT);
    for (const event of ['config', 'breaker', 'goaway', 'constructor', 'nonsense']) {
      for (const message of [
        null,
        undefined,
        7,
        'x',
        [],
        {},
        { epoch: 1 },
        { afterMs: 'soon' },
        { name: 'b' },
      ]) {
        plane.sockets[0]?.emit(event, message);
      }
    }
    plane.publish({ a: 1 }, 1);
    await applied(1);
    expect(agent.config.get('a', 0)).toBe(1);
  });

  it('accepts a lower number once with a new epoch, and never goes back to the old one (fault 28)', async () => {
    plane.publish({ a: 9 }, 9, 'epoch-1');
    const agent = start();
    await applied(9);
    plane.publish({ a: 2 }, 2, 'epoch-2');
    await applied(2, 'epoch-2');
    plane.push(revisionOf({ a: 10 }, 10, 'epoch-1'));
    plane.publish({ a: 3 }, 3, 'epoch-2');
    await applied(3, 'epoch-2');
    expect(agent.config.get('a', 0)).toBe(3);
    expect(plane.applied.map(({ revision }) => revision)).toEqual([9, 2, 3]);
  });

  it('is ready, on its defaults, when the plane says that nothing is published', async () => {
    const agent = start({ defaults: { a: 1 } });
    expect(await agent.ready({ timeoutMs: 5_000 })).toMatchObject({ source: 'defaults', connected: true });
  });

  it('says that it stops, with the calls and leases that wait, and closes once', async () => {
    const agent = start();
    agent.lifecycle.set('ready');
    await vi.waitFor(() => expect(plane.health.at(-1)?.lifecycle).toBe('ready'), WAIT);
    await agent.breaker('payments').call(() => 1);
    const closing = agent.close();
    expect(agent.close()).toBe(closing);
    await closing;
    agent.lifecycle.set('ready');
    expect(plane.health.at(-1)?.lifecycle).toBe('stopped');
    expect(plane.calls.flatMap(({ breakers }) => breakers).flatMap(({ buckets }) => buckets)).toMatchObject([
      { calls: 1, failures: 0 },
    ]);
    await vi.waitFor(() => expect(plane.sockets).toHaveLength(0), WAIT);
    expect(plane.health.map(({ seq }) => seq)).toEqual(plane.health.map((_, index) => index));
  });

  it('closes in time when the plane does not answer', async () => {
    plane.isSilent = true;
    const agent = start({ heartbeatMs: 10_000 });
    await vi.waitFor(() => expect(agent.config.status().connected).toBe(true), WAIT);
    const startedMs = performance.now();
    await agent.close({ timeoutMs: 100 });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('works alone without a URL', async () => {
    const agent = createAgent({ service: 'checkout', environment: 'dev', defaults: { a: 1 }, logger });
    expect(await agent.ready()).toMatchObject({ source: 'defaults', connected: false });
    expect(await agent.breaker('x').call(() => agent.config.get('a', 0))).toBe(1);
    await agent.close();
    expect(warnings).toEqual([]);
  });

  it.each([{ url: 'nonsense' }, { url: 'ftp://x' }, { heartbeatMs: 0 }, { heartbeatMs: Number.NaN }])(
    'refuses options that cannot mean anything: %o',
    (options) => {
      expect(() => createAgent({ service: 's', environment: 'e', ...options })).toThrow(TypeError);
    },
  );
});
