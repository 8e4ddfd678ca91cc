import { z } from 'zod';
import { faultOfSecret } from '@binnacle/runtime';
import type { RetentionRules } from '@binnacle/store';

/** Said once for whatever is wrong with it. */
const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce
    .number(error)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, { error, abort: true });
};
const milliseconds = (fallback: number) => wholeNumber(100, 3_600_000).default(fallback);
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
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every variable that the worker reads. */
const environmentSchema = z
  .object({
    BINNACLE_WORKER_PORT: wholeNumber(0, 65_535).default(7421),
    BINNACLE_HOST: z.string().min(1, 'must be an address to listen on').default('0.0.0.0'),
    BINNACLE_DATABASE_URL: databaseUrl,
    BINNACLE_MIGRATION_DATABASE_URL: databaseUrl.optional(),
    BINNACLE_REDIS_URL: redisUrl,
    BINNACLE_STANDALONE: z.stringbool({ error: 'must be true or false' }).default(false),
    BINNACLE_SHUTDOWN_TIMEOUT_MS: milliseconds(30_000),
    BINNACLE_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
    BINNACLE_UNKNOWN_AFTER_MS: milliseconds(15_000),
    BINNACLE_LOST_AFTER_MS: milliseconds(30_000),
    BINNACLE_SWEEP_INTERVAL_MS: milliseconds(1_000),
    BINNACLE_RETENTION_VERSIONS: wholeNumber(1, 100_000).default(100),
    BINNACLE_RETENTION_DAYS: wholeNumber(0, 36_500).default(365),
    BINNACLE_RETENTION_INTERVAL_MS: wholeNumber(100, 86_400_000).default(3_600_000),
  })
  .refine((values) => values.BINNACLE_LOST_AFTER_MS > values.BINNACLE_UNKNOWN_AFTER_MS, {
    path: ['BINNACLE_LOST_AFTER_MS'],
    error: 'must be more than BINNACLE_UNKNOWN_AFTER_MS',
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
  readonly metricsToken: string | undefined;
  readonly standalone: boolean;
  readonly shutdownTimeoutMs: number;
  readonly logLevel: Parsed['BINNACLE_LOG_LEVEL'];
  /** Silence after which an instance is unknown, then lost. */
  readonly unknownAfterMs: number;
  readonly lostAfterMs: number;
  /** How often silent instances are looked for. */
  readonly sweepIntervalMs: number;
  /** Which history of configs and secrets is kept. */
  readonly retention: RetentionRules;
  /** How often older history is looked for. */
  readonly pruneIntervalMs: number;
}

export const ENVIRONMENT = Symbol('environment');

/** @throws Error whose message names every variable that is missing or wrong */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const parsed = environmentSchema.safeParse({
    ...variables,
    BINNACLE_DATABASE_URL: variables['BINNACLE_DATABASE_URL'] ?? variables['DATABASE_URL'],
    BINNACLE_REDIS_URL: variables['BINNACLE_REDIS_URL'] ?? variables['REDIS_URL'],
  });
  const faults = parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
  const metricsToken = variables['BINNACLE_METRICS_TOKEN'] || undefined;
  const metricsFault = metricsToken === undefined ? undefined : faultOfSecret(metricsToken);
  if (metricsFault !== undefined) faults.push(`BINNACLE_METRICS_TOKEN: ${metricsFault}`);
  if (!parsed.success || faults.length > 0)
    throw new Error(`The environment is not usable. ${faults.join('; ')}`);
  const values = parsed.data;
  return {
    port: values.BINNACLE_WORKER_PORT,
    host: values.BINNACLE_HOST,
    databaseUrl: values.BINNACLE_DATABASE_URL,
    migrationDatabaseUrl: values.BINNACLE_MIGRATION_DATABASE_URL ?? values.BINNACLE_DATABASE_URL,
    redisUrl: values.BINNACLE_REDIS_URL,
    metricsToken,
    standalone: values.BINNACLE_STANDALONE,
    shutdownTimeoutMs: values.BINNACLE_SHUTDOWN_TIMEOUT_MS,
    logLevel: values.BINNACLE_LOG_LEVEL,
    unknownAfterMs: values.BINNACLE_UNKNOWN_AFTER_MS,
    lostAfterMs: values.BINNACLE_LOST_AFTER_MS,
    sweepIntervalMs: values.BINNACLE_SWEEP_INTERVAL_MS,
    retention: {
      keepNewest: values.BINNACLE_RETENTION_VERSIONS,
      keepDays: values.BINNACLE_RETENTION_DAYS,
    },
    pruneIntervalMs: values.BINNACLE_RETENTION_INTERVAL_MS,
  };
}
