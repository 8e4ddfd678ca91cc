import { z } from 'zod';
import { faultOfSecret } from '@binnacle/runtime';

const milliseconds = (fallback: number) => z.coerce.number().int().min(100).max(3_600_000).default(fallback);

/** Every variable that the worker reads. */
const environmentSchema = z
  .object({
    BINNACLE_WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(7421),
    BINNACLE_HOST: z.string().min(1).default('0.0.0.0'),
    BINNACLE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    BINNACLE_MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    BINNACLE_REDIS_URL: z.url({ protocol: /^rediss?$/ }),
    BINNACLE_STANDALONE: z.stringbool().default(false),
    BINNACLE_SHUTDOWN_TIMEOUT_MS: milliseconds(30_000),
    BINNACLE_LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info'),
    BINNACLE_UNKNOWN_AFTER_MS: milliseconds(15_000),
    BINNACLE_LOST_AFTER_MS: milliseconds(30_000),
    BINNACLE_SWEEP_INTERVAL_MS: milliseconds(1_000),
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
  };
}
