import { Inject, Injectable } from '@nestjs/common';
import {
  HealthIndicatorService,
  type HealthCheckAttempt,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import type { Database, Redis } from '@binnacle/store';
import { DATABASE, REDIS } from '../storage.module.js';
import { Drain } from './drain.js';

const ANSWER_WITHIN_MS = 2_000;
/** So that asking often does not load what is asked about. */
const KEEP_MS = 1_000;

/** A worker is ready when it can do jobs, so it needs both: Redis brings them, PostgreSQL takes what they find. */
@Injectable()
export class DependencyIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly drain: Drain,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  lifecycle(): HealthIndicatorResult {
    const check = this.indicators.check('lifecycle');
    return this.drain.isDraining ? check.down({ message: 'draining' }) : check.up();
  }

  postgres(): HealthCheckAttempt {
    const ask = () => this.database.ping();
    return this.indicators.check('postgres').attempt(ask).withTimeout(ANSWER_WITHIN_MS).cacheFor(KEEP_MS);
  }

  redisState(): HealthCheckAttempt {
    const ask = async () => {
      await this.redis.ping();
    };
    return this.indicators.check('redis').attempt(ask).withTimeout(ANSWER_WITHIN_MS).cacheFor(KEEP_MS);
  }
}
