import { Inject, Injectable } from '@nestjs/common';
import type { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Redis } from '@binnacle/store';
import { REDIS } from '../../storage.module.js';
import { consume, redisLimiter } from './redis-limiter.js';

const HOUR_SECONDS = 3_600;
const SIGN_INS = { points: 30, duration: HOUR_SECONDS };
const SWITCHES = { points: 60, duration: HOUR_SECONDS };

/** Bounds how often one person makes and changes sessions: each time every process is told of it. */
@Injectable()
export class SessionPace {
  private readonly signIns: RateLimiterRedis;
  private readonly switches: RateLimiterRedis;

  constructor(@Inject(REDIS) redis: Redis) {
    this.signIns = redisLimiter(redis, 'done', SIGN_INS);
    this.switches = redisLimiter(redis, 'switches', SWITCHES);
  }

  /** @throws RateLimited */
  async spendSignIn(userId: string): Promise<void> {
    const detail = `One account signs in at most ${SIGN_INS.points} times an hour: stay signed in, or use a token.`;
    await consume(this.signIns, userId, detail);
  }

  /** @throws RateLimited */
  async spendSwitch(userId: string): Promise<void> {
    const detail = `One account changes the workspace at most ${SWITCHES.points} times an hour.`;
    await consume(this.switches, userId, detail);
  }
}
