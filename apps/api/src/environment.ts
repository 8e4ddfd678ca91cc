import { z } from 'zod';

const milliseconds = (fallback: number) => z.coerce.number().int().min(100).max(3_600_000).default(fallback);

/** Every variable that the API reads. */
const environmentSchema = z.object({
  BINNACLE_PORT: z.coerce.number().int().min(0).max(65_535).default(7420),
  BINNACLE_HOST: z.string().min(1).default('0.0.0.0'),
  BINNACLE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  BINNACLE_REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  BINNACLE_ADMIN_TOKEN: z.string().min(16).max(256).optional(),
  BINNACLE_METRICS_TOKEN: z.string().min(16).max(256).optional(),
  BINNACLE_STANDALONE: z.stringbool().default(false),
  BINNACLE_SHUTDOWN_TIMEOUT_MS: milliseconds(30_000),
  BINNACLE_DRAIN_DELAY_MS: z.coerce.number().int().min(0).max(600_000).optional(),
  BINNACLE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  BINNACLE_DATABASE_POOL: z.coerce.number().int().min(2).max(500).default(20),
  BINNACLE_DATABASE_TIMEOUT_MS: milliseconds(10_000),
  BINNACLE_FEED_INTERVAL_MS: milliseconds(1_000),
  BINNACLE_REAUTHORIZE_MS: milliseconds(4_000),
});

type Parsed = z.infer<typeof environmentSchema>;

/** The environment, read once. */
export interface Environment {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly adminToken: string | undefined;
  readonly metricsToken: string | undefined;
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
}

export const ENVIRONMENT = Symbol('environment');

/** @throws Error whose message names every variable that is missing or wrong */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const parsed = environmentSchema.safeParse({
    ...variables,
    BINNACLE_DATABASE_URL: variables['BINNACLE_DATABASE_URL'] ?? variables['DATABASE_URL'],
    BINNACLE_REDIS_URL: variables['BINNACLE_REDIS_URL'] ?? variables['REDIS_URL'],
  });
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not usable. ${faults.join('; ')}`);
  }
  const values = parsed.data;
  return {
    port: values.BINNACLE_PORT,
    host: values.BINNACLE_HOST,
    databaseUrl: values.BINNACLE_DATABASE_URL,
    redisUrl: values.BINNACLE_REDIS_URL,
    adminToken: values.BINNACLE_ADMIN_TOKEN,
    metricsToken: values.BINNACLE_METRICS_TOKEN,
    standalone: values.BINNACLE_STANDALONE,
    shutdownTimeoutMs: values.BINNACLE_SHUTDOWN_TIMEOUT_MS,
    // Nobody balances the load of a single machine.
    drainDelayMs: values.BINNACLE_DRAIN_DELAY_MS ?? (values.BINNACLE_STANDALONE ? 0 : 1_000),
    logLevel: values.BINNACLE_LOG_LEVEL,
    databasePool: values.BINNACLE_DATABASE_POOL,
    databaseTimeoutMs: values.BINNACLE_DATABASE_TIMEOUT_MS,
    feedIntervalMs: values.BINNACLE_FEED_INTERVAL_MS,
    reauthorizeMs: values.BINNACLE_REAUTHORIZE_MS,
  };
}
