import { z } from 'zod';
import { faultOfKeyRing, faultOfSecret } from '@binnacle/runtime';
import {
  firstAdminFaults,
  type FirstAdminSettings,
  readFirstAdmin,
} from './access/accounts/first-admin-settings.js';
import { type FrontSettings, frontVariables, toFrontSettings } from './http/front-settings.js';
import { validationWords } from './http/validation-words.js';

const milliseconds = (fallback: number) => z.coerce.number().int().min(100).max(3_600_000).default(fallback);

const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: ({ input }) =>
    `${input ? 'must be' : 'is missing. Set it, or DATABASE_URL, to'} a URL such as postgres://user:password@host:5432/binnacle`,
});
const redisUrl = z.url({
  protocol: /^rediss?$/,
  error: ({ input }) =>
    `${input ? 'must be' : 'is missing. Set it, or REDIS_URL, to'} a URL such as redis://:password@host:6379`,
});

/** Every variable that the API reads. */
const environmentSchema = z.object({
  BINNACLE_PORT: z.coerce.number().int().min(0).max(65_535).default(7420),
  BINNACLE_HOST: z.string().min(1).default('0.0.0.0'),
  BINNACLE_DATABASE_URL: databaseUrl,
  BINNACLE_MIGRATION_DATABASE_URL: databaseUrl.optional(),
  BINNACLE_REDIS_URL: redisUrl,
  // Secrets are looked at by `secretFaults`.
  BINNACLE_ADMIN_TOKEN: z.string().optional(),
  BINNACLE_METRICS_TOKEN: z.string().optional(),
  BINNACLE_SECRETS_KEY: z.string().default(''),
  BINNACLE_STANDALONE: z.stringbool().default(false),
  BINNACLE_SHUTDOWN_TIMEOUT_MS: milliseconds(30_000),
  BINNACLE_DRAIN_DELAY_MS: z.coerce.number().int().min(0).max(600_000).optional(),
  BINNACLE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  BINNACLE_DATABASE_POOL: z.coerce.number().int().min(2).max(500).default(20),
  BINNACLE_DATABASE_TIMEOUT_MS: milliseconds(10_000),
  BINNACLE_FEED_INTERVAL_MS: milliseconds(1_000),
  BINNACLE_REAUTHORIZE_MS: milliseconds(4_000),
  ...frontVariables,
});

type Parsed = z.infer<typeof environmentSchema>;

/** The environment, read once. */
export interface Environment {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  /** As the owner of the tables, whom the login of `databaseUrl` need not be. */
  readonly migrationDatabaseUrl: string;
  readonly redisUrl: string;
  readonly adminToken: string | undefined;
  readonly metricsToken: string | undefined;
  /** Whom to make while there is nobody yet. */
  readonly firstAdmin: FirstAdminSettings | undefined;
  /** 32 bytes in base64, or several as `id:base64` with commas between them: the first one wraps. */
  readonly secretsKey: string;
  readonly standalone: boolean;
  readonly shutdownTimeoutMs: number;
  /** How long requests are still taken after readiness turned, for load balancers to notice. */
  readonly drainDelayMs: number;
  readonly logLevel: Parsed['BINNACLE_LOG_LEVEL'];
  readonly databasePool: number;
  readonly databaseTimeoutMs: number;
  /** How often the change feed is read when nothing wakes it. */
  readonly feedIntervalMs: number;
  /** How often the tokens of open sockets are looked at again. */
  readonly reauthorizeMs: number;
  readonly front: FrontSettings;
}

export const ENVIRONMENT = Symbol('environment');

/** In place of an admin token: there is none. */
const DISABLED = 'disabled';

/** @throws Error whose message names every variable that is missing or wrong */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const parsed = environmentSchema.safeParse(
    {
      ...variables,
      BINNACLE_DATABASE_URL: variables['BINNACLE_DATABASE_URL'] ?? variables['DATABASE_URL'],
      BINNACLE_REDIS_URL: variables['BINNACLE_REDIS_URL'] ?? variables['REDIS_URL'],
    },
    { error: validationWords },
  );
  const faults = [
    ...secretFaults(variables),
    ...firstAdminFaults(variables),
    ...(parsed.error?.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`) ?? []),
  ];
  if (!parsed.success || faults.length > 0)
    throw new Error(`The environment is not usable. ${faults.join('; ')}`);
  const values = parsed.data;
  const adminToken = values.BINNACLE_ADMIN_TOKEN;
  return {
    port: values.BINNACLE_PORT,
    host: values.BINNACLE_HOST,
    databaseUrl: values.BINNACLE_DATABASE_URL,
    migrationDatabaseUrl: values.BINNACLE_MIGRATION_DATABASE_URL ?? values.BINNACLE_DATABASE_URL,
    redisUrl: values.BINNACLE_REDIS_URL,
    adminToken: adminToken === '' || adminToken === DISABLED ? undefined : adminToken,
    metricsToken: values.BINNACLE_METRICS_TOKEN || undefined,
    firstAdmin: readFirstAdmin(variables),
    secretsKey: values.BINNACLE_SECRETS_KEY,
    standalone: values.BINNACLE_STANDALONE,
    shutdownTimeoutMs: values.BINNACLE_SHUTDOWN_TIMEOUT_MS,
    // Nobody balances the load of a single machine.
    drainDelayMs: values.BINNACLE_DRAIN_DELAY_MS ?? (values.BINNACLE_STANDALONE ? 0 : 1_000),
    logLevel: values.BINNACLE_LOG_LEVEL,
    databasePool: values.BINNACLE_DATABASE_POOL,
    databaseTimeoutMs: values.BINNACLE_DATABASE_TIMEOUT_MS,
    feedIntervalMs: values.BINNACLE_FEED_INTERVAL_MS,
    reauthorizeMs: values.BINNACLE_REAUTHORIZE_MS,
    front: toFrontSettings(values),
  };
}

/** Names the variables, and never their values. */
function secretFaults(variables: NodeJS.ProcessEnv): string[] {
  const { BINNACLE_ADMIN_TOKEN: adminToken, BINNACLE_METRICS_TOKEN: metricsToken } = variables;
  const isStandalone = z.stringbool().safeParse(variables['BINNACLE_STANDALONE']).data ?? false;
  const faults: string[] = [];
  const keyFault = faultOfKeyRing(variables['BINNACLE_SECRETS_KEY']);
  if (keyFault !== undefined) faults.push(`BINNACLE_SECRETS_KEY ${keyFault}`);
  const mayLackAdmin = adminToken === DISABLED || (isStandalone && !adminToken);
  const adminFault = mayLackAdmin ? undefined : faultOfSecret(adminToken, isStandalone);
  if (adminFault !== undefined)
    faults.push(`BINNACLE_ADMIN_TOKEN ${adminFault}, or set it to "${DISABLED}" to have none`);
  const metricsFault = metricsToken ? faultOfSecret(metricsToken) : undefined;
  if (metricsFault !== undefined) faults.push(`BINNACLE_METRICS_TOKEN ${metricsFault}`);
  return faults;
}
