import { Redis } from 'ioredis';

export { type Redis };

export interface RedisOptions {
  readonly url: string;
  /** Longest that one command may take, in milliseconds. */
  readonly commandTimeoutMs: number;
  readonly connectionName: string;
  readonly onError: (error: Error) => void;
}

/**
 * A connection for commands. Redis makes things fast and holds no truth, so nobody waits for it: while it is away
 * commands fail at once instead of queueing, and the connection is tried again at most two seconds apart.
 */
export function openRedis(options: RedisOptions): Redis {
  const redis = new Redis(options.url, {
    connectionName: options.connectionName,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: options.commandTimeoutMs,
    connectTimeout: 5_000,
    enableAutoPipelining: true,
    retryStrategy: retryDelayMs,
  });
  redis.on('error', options.onError);
  return redis;
}

/** Prefix of all keys of job queues. Its hash tag keeps a queue on one node of a cluster. */
export const QUEUE_PREFIX = '{binnacle}';

export type QueueConnectionOptions = Omit<RedisOptions, 'commandTimeoutMs'>;

/**
 * A connection for BullMQ, which blocks on it for jobs and does not close it. While Redis is away its commands wait, so
 * that what became of a job is not lost: whoever must not wait limits the time himself.
 */
export function openQueueConnection(options: QueueConnectionOptions): Redis {
  const redis = new Redis(options.url, {
    connectionName: options.connectionName,
    connectTimeout: 5_000,
    maxRetriesPerRequest: null,
    retryStrategy: retryDelayMs,
  });
  redis.on('error', options.onError);
  return redis;
}

function retryDelayMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 6), 2_000) * (0.5 + Math.random() / 2);
}
