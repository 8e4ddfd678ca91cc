import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ScriptedPlane } from '../../../../test/harness/scripted-plane.js';
import { createAgent, type Agent } from '../agent.js';

const WAIT = { timeout: 5_000, interval: 5 };

describe('the heartbeat', () => {
  let plane: ScriptedPlane;
  let agent: Agent;
  const warn = vi.fn();

  async function start(heartbeatMs: number): Promise<void> {
    agent = createAgent({
      url: plane.url,
      token: 'secret',
      service: 'checkout',
      environment: 'prod',
      cacheDir: false,
      logger: { info: () => {}, warn, error: warn },
      heartbeatMs,
    });
    await vi.waitFor(() => expect(plane.health).toHaveLength(1), WAIT);
  }

  beforeEach(async () => {
    warn.mockClear();
    plane = await ScriptedPlane.start();
  });
  afterEach(async () => {
    await agent.close();
    await plane.stop();
    expect(plane.mistakes).toEqual([]);
  });

  it('goes on by itself, with a number that rises', async () => {
    await start(20);
    await vi.waitFor(() => expect(plane.health.length).toBeGreaterThan(5), WAIT);
    expect(plane.health.map(({ seq }) => seq)).toEqual(plane.health.map((_, index) => index));
  });

  it('goes on with the next number after a reconnect', async () => {
    await start(20);
    plane.sockets[0]?.disconnect(true);
    await vi.waitFor(() => expect(plane.handshakes).toHaveLength(2), WAIT);
    const before = plane.health.length;
    await vi.waitFor(() => expect(plane.health.length).toBeGreaterThan(before), WAIT);
    expect(plane.health.map(({ seq }) => seq)).toEqual(plane.health.map((_, index) => index));
  });

  it('tells a change of lifecycle at once', async () => {
    await start(60_000);
    agent.lifecycle.set('ready');
    await vi.waitFor(() => expect(plane.health.at(-1)?.lifecycle).toBe('ready'), WAIT);
    agent.lifecycle.set('draining');
    await vi.waitFor(() => expect(plane.health.at(-1)?.lifecycle).toBe('draining'), WAIT);
    agent.lifecycle.set('draining');
    expect(plane.health).toHaveLength(3);
  });

  it('does not wait for a slow check, and tells its result when that changes the status', async () => {
    await start(60_000);
    let end = (_: 'unhealthy') => {};
    agent.health.addCheck('database', () => new Promise((resolve) => (end = resolve)));
    agent.lifecycle.set('ready');
    await vi.waitFor(() => expect(plane.health.at(-1)?.checks).toMatchObject([{ status: 'unknown' }]), WAIT);
    end('unhealthy');
    await vi.waitFor(
      () => expect(plane.health.at(-1)?.checks).toMatchObject([{ status: 'unhealthy' }]),
      WAIT,
    );
  });

  it('leaves out details that would not fit', async () => {
    await start(60_000);
    const details = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`key ${index}`, 'x'.repeat(500)]),
    );
    agent.health.addCheck('talkative', () => ({ details }));
    await agent.health.report();
    agent.lifecycle.set('ready');
    await vi.waitFor(() => expect(plane.health.at(-1)?.checks).toMatchObject([{ status: 'healthy' }]), WAIT);
    expect(plane.health.at(-1)?.checks[0]).not.toHaveProperty('details');
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
