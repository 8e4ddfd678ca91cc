import type { BreakerPolicy, JsonObject } from '@binnacle/domain';
import {
  checkOptions,
  describeInstance,
  readHeartbeatMs,
  readOverrides,
  readPlaneUrl,
  readValidators,
  type AgentOptions,
} from './agent-options.js';
import { PlaneConnection } from './agents/plane-connection.js';
import { waitAtMost } from './agents/timer.js';
import { BreakerHub } from './breakers/breaker-hub.js';
import type { Breaker } from './breakers/breaker.js';
import { defaultCacheDirectory } from './configs/cache-directory.js';
import { readCacheKey } from './configs/cache-key.js';
import { ConfigCache } from './configs/config-cache.js';
import { ConfigFile } from './configs/config-file.js';
import { ConfigPart, type Config, type ConfigStatus } from './configs/config-part.js';
import { LiveConfig } from './configs/live-config.js';
import { HealthPart, type Health } from './health/health-part.js';
import { Heartbeat } from './health/heartbeat.js';
import { LifecyclePart, type Lifecycle } from './lifecycle/lifecycle.js';
import { guardLogger, OnceLogger, processWarnings } from './logger.js';

const DEFAULT_READY_TIMEOUT_MS = 10_000;
const DEFAULT_CLOSE_TIMEOUT_MS = 5_000;

/** `Shape` is the type of the configuration, when the code knows it: written by hand, inferred, or generated. */
export interface Agent<Shape = JsonObject> {
  readonly config: Config<Shape>;
  readonly health: Health;
  readonly lifecycle: Lifecycle;
  /** The breaker of that name; the same one each time. Overrides count at the first time. */
  breaker(name: string, policyOverrides?: Partial<BreakerPolicy>): Breaker;
  /**
   * Waits until the first configuration is there, from the plane or the cache, or the time (default 10 s) is up. A cached
   * one without its secrets is not enough while there is time. Never rejects: the status says what the service begins
   * with, `missingSecrets` what it lacks. Reads need not wait for it.
   */
  ready(options?: { readonly timeoutMs?: number }): Promise<ConfigStatus>;
  /**
   * Says `stopped`, sends what waits, writes the cache and hangs up, within the time (default 5 s). Never rejects; the
   * configuration can be read afterwards.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}

/**
 * Links a service to its control plane. Gives at once an agent that reads from the cache or the defaults, and connects
 * in the background. Throws only on options that cannot mean anything. Nothing of it keeps the process alive, except
 * a `ready()` or `close()` that is awaited.
 */
export function createAgent<Shape = JsonObject>(options: AgentOptions): Agent<Shape> {
  return startAgent<Shape>(options).agent;
}

/** The agent, and what tests of a service push configuration into. */
export function startAgent<Shape = JsonObject>(
  options: AgentOptions,
): { agent: Agent<Shape>; live: LiveConfig } {
  checkOptions(options);
  const url = options.url === undefined ? null : readPlaneUrl(options.url);
  const heartbeatMs = readHeartbeatMs(options.heartbeatMs);
  const { service, environment, token = '' } = options;
  const logger = guardLogger(options.logger ?? processWarnings);
  const once = new OnceLogger(logger);
  const instance = describeInstance(options.instance);
  const nowMs = () => performance.now();
  const random = Math.random;

  const cacheKey = readCacheKey(options.cacheKey);
  const cacheDirectory = options.cacheDir ?? defaultCacheDirectory();
  const identity = { url: url?.href ?? '', service, environment };
  const cache =
    url === null || cacheDirectory === false
      ? null
      : new ConfigCache(cacheDirectory, identity, once, cacheKey);
  const file = options.file === undefined ? null : new ConfigFile(options.file);
  const live = new LiveConfig({
    defaults: options.defaults ?? {},
    validators: readValidators(options.validate),
    overrides: readOverrides(options),
    secretKeys: options.secretKeys ?? [],
    cache,
    logger,
    once,
  });
  live.start({ file: file?.load() ?? null, awaitsPlane: url !== null });
  file?.watch((reading) => live.receiveFile(reading));

  const handshake = () => ({ token, service, environment, instance, have: live.have });
  const answerTimeoutMs = 2 * heartbeatMs;
  const connection =
    url === null ? null : new PlaneConnection({ url, handshake, answerTimeoutMs, logger, random, nowMs });
  const lifecycle = new LifecyclePart();
  const health = new HealthPart({ lifecycle, defaultIntervalMs: heartbeatMs, nowMs, logger });
  const breakers = new BreakerHub({ connection, nowMs, random, logger, once });
  const config = new ConfigPart(live, connection);
  const heartbeat =
    connection &&
    new Heartbeat({ connection, health, config: live, intervalMs: heartbeatMs, random, nowMs, once });

  lifecycle.onChange = () => void heartbeat?.beat();
  live.onApplied = (applied) => void connection?.request('applied', applied);
  connection?.addListener({
    onConnect() {
      const rejection = live.rejectionReport();
      if (rejection !== null) void connection.request('applied', rejection);
      heartbeat?.start();
      breakers.onConnect();
    },
    onConfig(push) {
      const applied = live.receive(push);
      if (applied !== null) void connection.request('applied', applied);
    },
    onBreaker: (push) => breakers.onPush(push),
  });
  connection?.open();

  let closing: Promise<void> | null = null;
  async function closeAll(timeoutMs: number): Promise<void> {
    lifecycle.stop();
    file?.close();
    await waitAtMost(Promise.all([breakers.close(), heartbeat?.stop(), cache?.flushed()]), timeoutMs);
    connection?.close();
  }

  const agent: Agent<Shape> = {
    // What reads give is not checked against a type that only the compiler knows: `conformsTo` does that.
    config: config as unknown as Config<Shape>,
    health,
    lifecycle,
    breaker: (name, policyOverrides) => breakers.breaker(name, policyOverrides),
    async ready({ timeoutMs = DEFAULT_READY_TIMEOUT_MS } = {}) {
      if (connection !== null) await waitAtMost(live.first, timeoutMs);
      return config.status();
    },
    close({ timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = {}) {
      closing ??= closeAll(timeoutMs);
      return closing;
    },
  };
  return { agent, live };
}
