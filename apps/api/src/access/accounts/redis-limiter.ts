import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Redis } from '@binnacle/store';
import { RateLimited } from '../../http/rate-limited.js';

/** So many in so many seconds. */
export interface Limit {
  readonly points: number;
  readonly duration: number;
}

/** Counts in Redis for all processes, and in the memory of each while Redis is away. */
export function redisLimiter(redis: Redis, name: string, limit: Limit): RateLimiterRedis {
  return new RateLimiterRedis({
    ...limit,
    storeClient: redis,
    keyPrefix: `binnacle:sign-in:${name}`,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory({ ...limit, keyPrefix: name }),
  });
}

/** @throws RateLimited with this detail when there is nothing left */
export async function consume(
  limiter: RateLimiterRedis,
  key: string,
  detail: string,
): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new RateLimited(detail, Math.ceil(refusal.msBeforeNext / 1_000));
  }
}
