import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Redis } from '@binnacle/store';
import { ChangeTail } from '../changes/change-tail.js';
import { REDIS } from '../storage.module.js';
import { Drain } from './drain.js';

/** What readiness depends on, and what it only tells about. */
@Injectable()
export class DependencyIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly tail: ChangeTail,
    private readonly drain: Drain,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  lifecycle(): HealthIndicatorResult {
    const check = this.indicators.check('lifecycle');
    return this.drain.isDraining ? check.down({ message: 'draining' }) : check.up();
  }

  /** The change feed reads PostgreSQL every second: while it succeeds, the database is there and nothing is stale. */
  postgres(): HealthIndicatorResult {
    const check = this.indicators.check('postgres');
    return this.tail.isFresh() ? check.up() : check.down({ message: 'the change feed cannot be read' });
  }

  /** Never a reason to be unready: without Redis this process is slower, not wrong. */
  redisState(): HealthIndicatorResult {
    const isReady = this.redis.status === 'ready';
    return this.indicators.check('redis').up({ degraded: !isReady, connection: this.redis.status });
  }
}
