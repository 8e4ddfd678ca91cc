import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Shop, shopGate, shopWith } from '../../../../test/harness/nest-shop.js';
import { ScriptedPlane } from '../../../../test/harness/scripted-plane.js';
import { BinnacleModule, type BinnacleModuleOptions } from './binnacle-module.js';

const WAIT = { timeout: 5_000, interval: 5 };

class Settings {}

describe('the NestJS module', () => {
  let plane: ScriptedPlane;
  let app: NestFastifyApplication;

  beforeEach(async () => {
    plane = await ScriptedPlane.start();
    plane.publish({ greeting: 'hello', pool: { max: 5 } }, 1);
  });
  afterEach(async () => {
    await app.close();
    await plane.stop();
    expect(plane.mistakes).toEqual([]);
  });

  const optionsTo = (url: string): BinnacleModuleOptions => ({
    url,
    token: 'agent-token',
    service: 'shop',
    environment: 'prod',
    cacheDir: false,
    heartbeatMs: 500,
    closeTimeoutMs: 1_000,
  });

  async function start(binnacle: DynamicModule): Promise<void> {
    app = await NestFactory.create<NestFastifyApplication>(shopWith(binnacle), new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  }

  it('has its configuration before the application listens, and says goodbye when it stops', async () => {
    await start(BinnacleModule.forRoot(optionsTo(plane.url)));
    const shop = app.get(Shop);
    expect(shop.agent.config.status()).toMatchObject({ source: 'plane', revision: 1 });
    expect([shop.greeting.value, shop.pool.value]).toEqual(['hello', { max: 5 }]);
    await vi.waitFor(() => expect(plane.health.at(-1)?.lifecycle).toBe('ready'), WAIT);
    await app.close();
    const told = plane.health.map(({ lifecycle }) => lifecycle);
    expect(told.slice(-2)).toEqual(['draining', 'stopped']);
    await vi.waitFor(() => expect(plane.sockets).toHaveLength(0), WAIT);
  });

  it('gives a request one snapshot, whatever is pushed meanwhile, and the next request the next', async () => {
    await start(BinnacleModule.forRoot(optionsTo(plane.url)));
    const changes: unknown[] = [];
    app.get(Shop).greeting.onChange((value) => changes.push(value));
    let release = () => {};
    shopGate.held = new Promise((resolve) => {
      release = resolve;
    });
    const request = app.inject({ url: '/greet?hold=1' });
    const answer = request.then((response) => response.json<unknown>());
    plane.publish({ greeting: 'bye', pool: { max: 6 } }, 2);
    await vi.waitFor(() => expect(changes).toEqual(['bye']), WAIT);
    release();
    expect(await answer).toEqual({ before: 'hello', after: 'hello', live: 'bye' });
    expect((await app.inject('/greet')).json()).toEqual({ before: 'bye', after: 'bye', live: 'bye' });
    expect(app.get(Shop).pool.value).toEqual({ max: 6 });
  });

  it('takes its options from a factory and what that injects, and leaves the lifecycle to others when asked', async () => {
    const settings = {
      module: Settings,
      providers: [{ provide: 'URL', useValue: plane.url }],
      exports: ['URL'],
    };
    await start(
      BinnacleModule.forRootAsync({
        imports: [settings],
        inject: ['URL'],
        useFactory: async (url: string) => ({ ...optionsTo(url), reportsLifecycle: false }),
      }),
    );
    expect(app.get(Shop).greeting.value).toBe('hello');
    await vi.waitFor(() => expect(plane.health.length).toBeGreaterThan(2), WAIT);
    await app.close();
    expect(new Set(plane.health.map(({ lifecycle }) => lifecycle))).toEqual(new Set(['starting', 'stopped']));
  });

  it('starts without the control plane within its time', async () => {
    await plane.stop();
    await start(
      BinnacleModule.forRoot({
        ...optionsTo(plane.url),
        defaults: { greeting: 'x' },
        readyTimeoutMs: 20,
        logger: { info: () => {}, warn: () => {}, error: () => {} },
      }),
    );
    const { greeting, pool } = app.get(Shop);
    expect([greeting.value, pool.value]).toEqual(['x', { max: 1 }]);
  });
});
