import { Global, Logger, Module } from '@nestjs/common';
import { OncePerOutage } from '@binnacle/runtime';
import { type Database, openDatabase, openQueueConnection, openRedis, type Redis } from '@binnacle/store';
import { ENVIRONMENT, type Environment } from './environment.js';

export const DATABASE = Symbol('database');
export const REDIS = Symbol('redis');
/** For job queues. */
export const QUEUE_CONNECTION = Symbol('queue-connection');

const POOL_SIZE = 5;
const STATEMENT_TIMEOUT_MS = 10_000;
const ACQUIRE_TIMEOUT_MS = 5_000;
const REDIS_COMMAND_TIMEOUT_MS = 5_000;

const logger = new Logger('Storage');

function database(environment: Environment): Database {
  return openDatabase({
    connectionString: environment.databaseUrl,
    poolSize: POOL_SIZE,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    acquireTimeoutMs: ACQUIRE_TIMEOUT_MS,
    applicationName: 'binnacle-worker',
    onError: (error) => logger.warn({ err: error }, 'An idle database connection broke'),
  });
}

function redis(environment: Environment): Redis {
  const outage = new OncePerOutage(logger, 'Redis cannot be reached');
  const connection = openRedis({
    url: environment.redisUrl,
    commandTimeoutMs: REDIS_COMMAND_TIMEOUT_MS,
    connectionName: 'binnacle-worker',
    onError: (error) => outage.failed(error),
  });
  connection.on('ready', () => outage.succeeded());
  return connection;
}

function queueConnection({ redisUrl }: Environment): Redis {
  return openQueueConnection({
    url: redisUrl,
    connectionName: 'binnacle-worker-queues',
    // the connection for commands goes to the same server and tells of its outages
    onError: (error) => logger.debug({ err: error }, 'A queue connection broke'),
  });
}

/** The connections that features share. */
@Global()
@Module({
  providers: [
    { provide: DATABASE, useFactory: database, inject: [ENVIRONMENT] },
    { provide: REDIS, useFactory: redis, inject: [ENVIRONMENT] },
    { provide: QUEUE_CONNECTION, useFactory: queueConnection, inject: [ENVIRONMENT] },
  ],
  exports: [DATABASE, REDIS, QUEUE_CONNECTION],
})
export class StorageModule {}
