import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RateLimiterRedis } from 'rate-limiter-flexible';
import { type Redis, SessionStore } from '@binnacle/store';
import { clientNetwork } from '../../http/client-address.js';
import { REDIS } from '../../storage.module.js';
import { consume, redisLimiter } from './redis-limiter.js';

const HOUR_SECONDS = 3_600;
/** Failures at one account from one network, after which that network pauses there: 30 s, 1 min, 2 min … 1 h. */
const PAIR = { points: 5, duration: 900 };
const FIRST_PAUSE_SECONDS = 30;
const MAX_PAUSE_SECONDS = HOUR_SECONDS;
/** Failures at one account from everywhere. Where its owner has signed in before does not count here. */
const ACCOUNT = { points: 50, duration: HOUR_SECONDS };
/** Failures from one network at whatever accounts. */
const NETWORK = { points: 60, duration: 600 };
/** Remembers how often a pause was earned. */
const PAUSES = { points: 1_000_000, duration: 24 * HOUR_SECONDS };
const WAIT = 'Too many attempts to sign in. Wait a moment before the next one.';

/**
 * Slows down whoever guesses passwords, whether the account exists or not. Counted in Redis for all processes, and in
 * memory by each while Redis is away.
 */
@Injectable()
export class SignInThrottle {
  private readonly pairs: RateLimiterRedis;
  private readonly accounts: RateLimiterRedis;
  private readonly networks: RateLimiterRedis;
  private readonly pauses: RateLimiterRedis;

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly sessions: SessionStore,
  ) {
    this.pairs = redisLimiter(redis, 'pair', PAIR);
    this.accounts = redisLimiter(redis, 'account', ACCOUNT);
    this.networks = redisLimiter(redis, 'network', NETWORK);
    this.pauses = redisLimiter(redis, 'pauses', PAUSES);
  }

  /**
   * Lets somebody try a password: `check` answers undefined when it was wrong. Counted before it is looked at, so that
   * many tries at once are no way around; one that came to no end does not count.
   *
   * @throws RateLimited when he has to wait first
   */
  async attempt<Answer>(
    email: string,
    address: string,
    check: () => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> {
    const network = clientNetwork(address);
    const account = hash('sha256', email);
    const pair = `${account}:${network}`;
    // First alone: who is stopped here leaves no trace at accounts, nor in the memory that those would take.
    await consume(this.networks, network, WAIT);
    const { remainingPoints } = await consume(this.pairs, pair, WAIT);
    try {
      await consume(this.accounts, account, WAIT);
    } catch (error) {
      // A stranger's guesses must not keep the owner out.
      if (!(await this.sessions.hasSignedInFrom(email, address))) throw error;
    }
    let answer: Answer | undefined;
    try {
      answer = await check();
    } catch (error) {
      await Promise.all([this.takeBack(network, account), this.pairs.reward(pair)]);
      throw error;
    }
    if (answer !== undefined)
      await Promise.all([this.takeBack(network, account), this.pairs.delete(pair), this.pauses.delete(pair)]);
    else if (remainingPoints === 0) {
      const { consumedPoints } = await this.pauses.penalty(pair);
      await this.pairs.block(pair, pauseSeconds(consumedPoints));
    }
    return answer;
  }

  private async takeBack(network: string, account: string): Promise<void> {
    await Promise.all([this.networks.reward(network), this.accounts.reward(account)]);
  }
}

/** The pause that is earned for the n-th time. */
export function pauseSeconds(times: number): number {
  return Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.min(times - 1, 20), MAX_PAUSE_SECONDS);
}
