import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { AgentInstance } from '@binnacle/contracts';
import type { JsonObject } from '@binnacle/domain';
import { HEARTBEAT_MS, SDK } from './agents/wire.js';
import { readCommandLine } from './configs/command-line.js';
import type { ConfigFileOptions } from './configs/config-file.js';
import {
  readEnvironmentVariables,
  type EnvironmentVariablesOptions,
} from './configs/environment-variables.js';
import type { Override } from './configs/override.js';
import type { Validator } from './configs/validators.js';
import type { Logger } from './logger.js';

export interface AgentOptions {
  /** Name of the service, as registered with the control plane. */
  readonly service: string;
  readonly environment: string;
  /** Where the control plane is, such as `http://localhost:7420`. Without it the agent works alone. */
  readonly url?: string | undefined;
  /** A token with the role `agent`. */
  readonly token?: string | undefined;
  /** Who this process is. By default the id is host, process number and a random part, stable while it lives. */
  readonly instance?:
    | {
        readonly id?: string | undefined;
        readonly host?: string | undefined;
        readonly version?: string | undefined;
        readonly zone?: string | undefined;
        readonly labels?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** The lowest layer of the configuration. */
  readonly defaults?: JsonObject | undefined;
  /** A file over the defaults, JSON or YAML, read again when it changes. Default: none. */
  readonly file?: string | ConfigFileOptions | undefined;
  /**
   * Environment variables over what is published: with the prefix `APP_`, `APP_POOL__MAX=5` sets `pool.max`. Default: none.
   */
  readonly environmentVariables?: EnvironmentVariablesOptions | undefined;
  /** A command line over everything: `--set pool.max=5` in it sets `pool.max`. Such as `process.argv`. Default: none. */
  readonly commandLine?: readonly string[] | undefined;
  /**
   * Where the last configuration is kept for a start without the control plane; false keeps none. Default:
   * `BINNACLE_CACHE_DIR`, else the user's cache directory. In a container, mount a volume there.
   */
  readonly cacheDir?: string | false | undefined;
  /**
   * 32 bytes in base64 with which the cache seals secrets. Default: `BINNACLE_CACHE_KEY`. Without it the cache holds no
   * secrets, and a start without the control plane begins without them.
   */
  readonly cacheKey?: string | undefined;
  /**
   * Keys whose values are secrets whatever sets them, also a variable or the file: `db.password`. What a published revision
   * refers to as a secret is one without being named here.
   */
  readonly secretKeys?: readonly string[] | undefined;
  /** Judges every revision and file before it is applied, what is in the cache too. See `Validator`. */
  readonly validate?: Validator | readonly Validator[] | undefined;
  /** Between two health reports. Default 5,000. */
  readonly heartbeatMs?: number | undefined;
  /** Default: silent, but warnings and errors become Node's process warnings. */
  readonly logger?: Logger | undefined;
}

const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Throws a `TypeError` that names the first mistake: one that no control plane could ever accept. */
export function checkOptions(options: AgentOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('createAgent: options are needed');
  for (const name of ['service', 'environment'] as const) {
    if (typeof options[name] !== 'string' || !NAME_PATTERN.test(options[name]))
      throw new TypeError(
        `createAgent: \`${name}\` must be 1 to 63 of a-z, 0-9 and -, is ${JSON.stringify(options[name])}`,
      );
  }
}

/** The URL of the control plane; throws a `TypeError` that names the mistake. */
export function readPlaneUrl(url: string): URL {
  if (!URL.canParse(url)) throw new TypeError(`createAgent: \`url\` is not a URL: ${url}`);
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new TypeError(`createAgent: \`url\` must begin with http:// or https://, not ${parsed.protocol}//`);
  }
  return parsed;
}

export function readHeartbeatMs(heartbeatMs: number = HEARTBEAT_MS): number {
  // 0 or NaN would make a timer that never rests.
  if (!(heartbeatMs >= 10 && heartbeatMs <= 3_600_000)) {
    throw new TypeError('createAgent: `heartbeatMs` must be from 10 to 3,600,000');
  }
  return heartbeatMs;
}

/** The layers over what is published, the command line last. */
export function readOverrides({ environmentVariables, commandLine = [] }: AgentOptions): Override[] {
  const variables = environmentVariables === undefined ? [] : readEnvironmentVariables(environmentVariables);
  return [...variables, ...readCommandLine(commandLine)];
}

export function readValidators(validate: AgentOptions['validate'] = []): readonly Validator[] {
  return typeof validate === 'function' ? [validate] : validate;
}

export function describeInstance(instance: AgentOptions['instance'] = {}): AgentInstance {
  const host = short(instance.host ?? hostname()) || 'unknown';
  const suffix = `-${process.pid}-${randomBytes(4).toString('hex')}`;
  return {
    id: short(instance.id ?? '') || `${host.slice(0, 128 - suffix.length)}${suffix}`,
    host,
    version: short(instance.version ?? process.env['npm_package_version'] ?? '') || 'unknown',
    sdk: SDK,
    ...(instance.zone && { zone: short(instance.zone) }),
    ...(instance.labels && { labels: { ...instance.labels } }),
  };
}

/** The plane takes at most 128 characters. */
function short(text: string): string {
  return text.slice(0, 128);
}
