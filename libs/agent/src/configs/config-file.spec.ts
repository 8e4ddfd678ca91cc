import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestAgent, type TestAgent, type TestAgentOptions } from '../testing/test-agent.js';
import { ConfigFile } from './config-file.js';
import { inRange, required, rule } from './rules.js';

const WAIT = { timeout: 5_000, interval: 5 };
const POLL_MS = 10;
let directory: string;
let path: string;
let agents: TestAgent[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'binnacle-file-'));
  path = join(directory, 'shop.yaml');
  agents = [];
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.close()));
  await rm(directory, { recursive: true });
});

function start(options: TestAgentOptions = {}): TestAgent {
  const agent = createTestAgent({ file: { path, pollMs: POLL_MS }, ...options });
  agents.push(agent);
  return agent;
}

const becomes = (agent: TestAgent, max: number) =>
  vi.waitFor(() => expect(agent.config.get('pool.max')).toBe(max), WAIT);

describe('the file of a configuration', () => {
  it('lies over the defaults and under what is published', async () => {
    await writeFile(path, '# of the deployment\npool: { max: 5, min: 1 }\n');
    const agent = start({ defaults: { pool: { max: 1, min: 0, idle: 3 } }, config: { pool: { max: 9 } } });
    expect(agent.config.get('pool')).toEqual({ max: 9, min: 1, idle: 3 });
    expect(agent.config.explain('pool.min')).toMatchObject({
      layer: 'file',
      source: path,
      hides: [{ value: 0 }],
    });
    expect(agent.config.status().file).toEqual({ path });
  });

  it('is read again when it is written, replaced, or swapped as Kubernetes does, and tells watchers once', async () => {
    // A volume of Kubernetes: shop.yaml → ..data/shop.yaml, ..data → a directory with a new name for each content.
    const volume = async (name: string, text: string) => {
      await mkdir(join(directory, name));
      await writeFile(join(directory, name, 'shop.yaml'), text);
      await symlink(name, join(directory, '..data.new'));
      await rename(join(directory, '..data.new'), join(directory, '..data'));
    };
    await volume('..1', 'pool: { max: 1 }');
    await symlink(join('..data', 'shop.yaml'), path);
    const agent = start();
    const changes: unknown[] = [];
    agent.config.onChange('', ({ old, new: current, changedKeys }) =>
      changes.push([old, current, changedKeys]),
    );
    expect(agent.config.get('pool.max')).toBe(1);
    await volume('..2', 'pool: { max: 2 }\nname: x');
    await becomes(agent, 2);
    expect(changes).toEqual([[{ pool: { max: 1 } }, { pool: { max: 2 }, name: 'x' }, ['pool.max', 'name']]]);

    await unlink(path);
    await writeFile(path, 'pool: { max: 3 }');
    await becomes(agent, 3);
    await writeFile(`${path}~`, 'pool: { max: 4 }');
    await rename(`${path}~`, path);
    await becomes(agent, 4);
    await writeFile(path, 'pool: { max: 5 }');
    await becomes(agent, 5);
    // What was between two looks need not be seen, and nothing is told twice.
    expect(changes).toHaveLength(4);
  });

  it('keeps the last good content when it is broken, gone, too large or refused, and says why', async () => {
    await writeFile(path, 'pool: { max: 1 }');
    const agent = start({ validate: rule('pool.max', required(), inRange({ max: 9 })) });
    const refused = (reason: RegExp) =>
      vi.waitFor(() => expect(agent.config.status().file?.rejected).toMatch(reason), WAIT);
    await writeFile(path, 'pool: { max: 2 }\npool: { max: 3 }');
    await refused(/line 2/);
    await unlink(path);
    await refused(/ENOENT/);
    await writeFile(path, 'a: 1\n#'.padEnd(3_000_000, 'x'));
    await refused(/larger/);
    await writeFile(path, 'pool: { max: 10 }');
    await refused(/^pool\.max: must be at most 9$/);
    await writeFile(path, 'pool: { password: { $secret: db } }');
    await refused(/secret/);
    expect(agent.config.get('pool.max')).toBe(1);
    expect(agent.events.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'file_rejected'));
    expect(agent.warnings).toHaveLength(5);
    await writeFile(path, 'pool: { max: 1 }');
    await vi.waitFor(() => expect(agent.config.status().file).toEqual({ path }), WAIT);
    expect(agent.events.at(-1)).toEqual({ kind: 'file_applied', path });

    // Also when it comes back as it was.
    await unlink(path);
    await refused(/ENOENT/);
    await writeFile(path, 'pool: { max: 1 }');
    await vi.waitFor(() => expect(agent.config.status().file).toEqual({ path }), WAIT);
  });

  it('may come later than the service, and be JSON', async () => {
    const json = join(directory, 'shop.json');
    const agent = start({ file: { path: json, pollMs: POLL_MS }, defaults: { pool: { max: 0 } } });
    expect(agent.config.status().file).toMatchObject({
      path: json,
      rejected: expect.stringContaining('ENOENT'),
    });
    await writeFile(json, '{"pool": {"max": 7}}');
    await becomes(agent, 7);
    await writeFile(json, '{"pool": {"max": 8,}}');
    await vi.waitFor(() => expect(agent.config.status().file?.rejected).toMatch(/line 1/), WAIT);
  });

  it('is tried again with the next revision, and a rejected revision with the next file', async () => {
    await writeFile(path, 'pool: { max: 1 }');
    const validate = rule('pool', (pool) => {
      const { max = 0, min = 0 } = pool as { max?: number; min?: number };
      return min > max ? 'must hold' : undefined;
    });
    const agent = start({ config: { pool: { min: 1 } }, validate });
    expect(agent.set('pool.min', 5)).toMatchObject({ outcome: 'rejected' });
    await writeFile(path, 'pool: { max: 6 }');
    await becomes(agent, 6);
    expect(agent.config.status()).toMatchObject({ revision: 2, file: { path } });
    expect(agent.config.status().rejected).toBeUndefined();

    await writeFile(path, 'pool: { max: 2 }');
    await vi.waitFor(() => expect(agent.config.status().file?.rejected).toBe('pool: must hold'), WAIT);
    expect(agent.publish({ pool: { min: 2 } })).toMatchObject({ outcome: 'applied' });
    expect(agent.config.get('pool')).toEqual({ max: 2, min: 2 });
    expect(agent.config.status().file).toEqual({ path });
  });

  it('is not read while it is still being written', async () => {
    await writeFile(path, 'pool: { max: 1 }');
    const file = new ConfigFile({ path, pollMs: POLL_MS }, 500);
    file.load();
    const seen: unknown[] = [];
    file.watch((reading) => seen.push(reading));
    // Each part of it is YAML of its own; many times longer than between two looks.
    const startedMs = performance.now();
    let text = 'pool: { max: 2 }\n';
    for (let line = 0; performance.now() - startedMs < 20 * POLL_MS; line++) {
      text += `key${line}: ${line}\n`;
      await writeFile(path, text);
    }
    await writeFile(path, 'pool: { max: 3 }\n');
    const content = { pool: { max: 3 } };
    await vi.waitFor(() => expect(seen).toEqual([{ ok: true, file: { path, content } }]), WAIT);
    file.close();
  });

  it('does not read it again when the poll is off, nor after close', async () => {
    await writeFile(path, 'pool: { max: 1 }');
    const once = start({ file: { path, pollMs: 0 } });
    const closed = start();
    await closed.close();
    const live = start();
    await writeFile(path, 'pool: { max: 2 }');
    await becomes(live, 2);
    expect([once, closed].map(({ config }) => config.get('pool.max'))).toEqual([1, 1]);
  });

  it.each([[''], [{ path: 'x', pollMs: 5 }], [{ path: 'x', pollMs: Number.NaN }], [{} as never]])(
    'refuses the options %o',
    (options) => {
      expect(() => new ConfigFile(options)).toThrow(TypeError);
    },
  );
});
