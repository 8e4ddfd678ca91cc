import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { revisionOf, ScriptedPlane } from '../../../../test/harness/scripted-plane.js';
import type { AgentOptions } from '../agent-options.js';
import { createAgent, type Agent } from '../agent.js';
import type { ConfigEvent } from './config-events.js';
import { inRange, required, rule } from './rules.js';

const WAIT = { timeout: 5_000, interval: 5 };

describe('layers under and over a plane', () => {
  let plane: ScriptedPlane;
  let directory: string;
  let path: string;
  let agents: Agent[];
  let warnings: string[];
  const warn = (message: string) => void warnings.push(message);

  beforeEach(async () => {
    plane = await ScriptedPlane.start();
    directory = await mkdtemp(join(tmpdir(), 'binnacle-layers-'));
    path = join(directory, 'shop.yaml');
    agents = [];
    warnings = [];
  });
  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.close({ timeoutMs: 1_000 })));
    await plane.stop();
    await rm(directory, { recursive: true });
    expect(plane.mistakes).toEqual([]);
  });

  function start(options: Partial<AgentOptions> = {}): Agent {
    const agent = createAgent({
      url: plane.url,
      token: 'secret',
      service: 'checkout',
      environment: 'prod',
      cacheDir: directory,
      file: { path, pollMs: 10 },
      heartbeatMs: 500,
      logger: { info: () => {}, warn, error: warn },
      ...options,
    });
    agents.push(agent);
    return agent;
  }

  const applied = (revision: number) =>
    vi.waitFor(() => expect(plane.applied.at(-1)).toMatchObject({ revision, outcome: 'applied' }), WAIT);

  it('begins with a file that lacks what is still to come, and judges both together', async () => {
    await writeFile(path, 'pool: { max: 3 }');
    const validate = [rule('pool.max', inRange({ max: 9 })), rule('greeting', required())];
    const agent = start({ validate, defaults: { pool: { max: 1 } } });
    expect(agent.config.get('pool.max')).toBe(3);
    expect(warnings).toEqual([]);
    plane.publish({ greeting: 'hello' }, 1);
    await applied(1);
    expect(agent.config.get('')).toEqual({ pool: { max: 3 }, greeting: 'hello' });

    await agent.close();
    await writeFile(path, 'pool: { max: 33 }');
    const next = start({ validate, defaults: { pool: { max: 1 } } });
    // The cached revision holds without the file, and not with it.
    expect(next.config.get('')).toEqual({ pool: { max: 1 }, greeting: 'hello' });
    expect(next.config.status().file).toMatchObject({ rejected: 'pool.max: must be at most 9' });
  });

  it('refuses a file at the start of a service that has no plane', async () => {
    await writeFile(path, 'pool: { max: 33 }');
    const validate = rule('pool.max', inRange({ max: 9 }));
    const agent = start({ url: undefined, validate, defaults: { pool: { max: 1 } } });
    expect(agent.config.get('pool.max')).toBe(1);
    expect(agent.config.status().file).toMatchObject({ rejected: 'pool.max: must be at most 9' });
  });

  it('tells the plane why a revision is rejected, and that it is applied when the file has changed', async () => {
    await writeFile(path, 'pool: { max: 5 }');
    const events: ConfigEvent[] = [];
    const validate = rule('pool', (pool) => {
      const { max = 0, min = 0 } = pool as { max?: number; min?: number };
      return min > max ? 'min must not be above max' : undefined;
    });
    const agent = start({ validate });
    agent.config.onEvent((event) => events.push(event));
    plane.publish({ pool: { min: 7 } }, 1);
    const reason = 'pool: min must not be above max';
    await vi.waitFor(
      () => expect(plane.applied).toEqual([expect.objectContaining({ outcome: 'rejected', reason })]),
      WAIT,
    );
    await writeFile(path, 'pool: { max: 9 }');
    await applied(1);
    expect(agent.config.get('pool')).toEqual({ max: 9, min: 7 });
    await vi.waitFor(() => expect(plane.health.at(-1)?.have).toMatchObject({ revision: 1 }), WAIT);
    expect(events).toEqual([
      { kind: 'revision_rejected', revision: 1, reason },
      { kind: 'revision_applied', revision: 1 },
      { kind: 'file_applied', path },
    ]);
  });

  it('keeps variables and the command line above every revision, and hides what the plane sends as a secret', async () => {
    const agent = start({
      file: undefined,
      defaults: { pool: { max: 1 } },
      environmentVariables: {
        prefix: 'APP_',
        variables: { APP_POOL__MAX: '20', APP_DB__PASSWORD: 'canary-env' },
      },
      commandLine: ['node', 'shop', '--set', 'mode=safe'],
      validate: ({ content }) =>
        content['bad'] === undefined ? undefined : `${JSON.stringify(content)} canary-env`,
    });
    plane.published = {
      ...revisionOf({ pool: { max: 9, min: 2 }, mode: 'fast', db: { password: { $secret: 'db' } } }, 1),
      secrets: { db: 'canary-plane' },
    };
    plane.push(plane.published);
    await applied(1);
    expect(agent.config.get('pool')).toEqual({ max: 20, min: 2 });
    expect(agent.config.get('mode')).toBe('safe');
    expect(agent.config.secret('db.password', '').reveal()).toBe('canary-env');
    plane.published = {
      ...revisionOf({ bad: 1, db: { password: { $secret: 'db' } } }, 2),
      secrets: { db: 'canary-plane' },
    };
    plane.push(plane.published);
    await vi.waitFor(() => expect(plane.applied.at(-1)).toMatchObject({ outcome: 'rejected' }), WAIT);
    expect(plane.applied.at(-1)?.reason).toContain('[secret]');
    expect(JSON.stringify([plane.applied, warnings])).not.toContain('canary');
  });

  it('has snapshots that stay what they were, also when the plane confirms what the cache held', async () => {
    plane.publish({ a: 1 }, 1);
    const first = start({ file: undefined });
    await applied(1);
    const before = first.config.snapshot();
    expect(first.config.snapshot()).toBe(before);
    plane.publish({ a: 2 }, 2);
    await applied(2);
    expect([before.get('a'), before.revision, before.explain('a')?.source]).toEqual([1, 1, 'revision 1']);
    expect(first.config.get('a')).toBe(2);
    expect(() => Object.assign(before, { revision: 9 })).toThrow(TypeError);
    await first.close();

    const second = start({ file: undefined });
    const cached = second.config.snapshot();
    await vi.waitFor(() => expect(second.config.status().source).toBe('plane'), WAIT);
    expect([cached.source, cached.get('a')]).toEqual(['cache', 2]);
  });

  it('reports a watcher that throws or rejects, to the logger and as an event, without its secrets', async () => {
    const agent = start({ file: undefined });
    const events: ConfigEvent[] = [];
    agent.config.onEvent(() => {
      throw new Error('of a listener');
    });
    agent.config.onEvent((event) => events.push(event));
    const heard = vi.fn();
    agent.config.onChange('db', ({ snapshot }) => {
      throw new Error(`no pool for ${snapshot.secret('db.password', '').reveal()}`);
    });
    agent.config.onChange('db', (async () => {
      throw new Error('later');
    }) as () => void);
    agent.config.onChange('db', heard);
    plane.published = {
      ...revisionOf({ db: { password: { $secret: 'db' } } }, 1),
      secrets: { db: 'canary-db' },
    };
    plane.push(plane.published);
    await applied(1);
    expect(heard).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(events).toHaveLength(3), WAIT);
    expect(events.slice(1)).toEqual([
      { kind: 'watcher_failed', key: 'db', reason: 'no pool for [secret]' },
      { kind: 'watcher_failed', key: 'db', reason: 'later' },
    ]);
    expect(warnings.filter((line) => line.includes('of a listener'))).toHaveLength(3);
    expect(warnings.join()).not.toContain('canary');
  });

  it('says once that validators are slow', async () => {
    let clockMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => clockMs);
    const agent = start({ url: undefined, file: undefined, validate: () => void (clockMs += 150) });
    await writeFile(path, 'a: 1');
    const withFile = start({ url: undefined, validate: () => void (clockMs += 150) });
    clock.mockRestore();
    expect(agent.config.status().source).toBe('defaults');
    expect(withFile.config.get('a')).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('the validators took 150 ms')]);
  });
});
