import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Inject, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import {
  type Database,
  HealthRecorder,
  HealthStore,
  type Redis,
  StatusTransitionStore,
} from '@binnacle/store';
import { OncePerOutage } from '@binnacle/runtime';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { Drain } from '../lifecycle/drain.js';
import { Metrics } from '../lifecycle/metrics.js';
import { DATABASE, REDIS } from '../storage.module.js';
import { EXPIRE_SILENT_INSTANCES, ExpireSilentInstancesJob } from './expire-silent-instances.job.js';
import { SilenceSweeper } from './silence-sweeper.js';

function recorder(health: HealthStore, database: Database): HealthRecorder {
  const logger = new Logger(HealthRecorder.name);
  const outage = new OncePerOutage(logger, 'Status transitions cannot be written; they wait');
  return new HealthRecorder({
    health,
    transitions: new StatusTransitionStore(database),
    onError: (error) => outage.failed(error),
    onWritten: () => outage.succeeded(),
    onGivenUp: (count) =>
      logger.error(`${count} status transitions were given up: the database was away too long`),
  });
}

function sweeper(
  health: HealthStore,
  kept: HealthRecorder,
  metrics: Metrics,
  environment: Environment,
): SilenceSweeper {
  const { unknownAfterMs, lostAfterMs, sweepIntervalMs: intervalMs } = environment;
  return new SilenceSweeper(health, kept, metrics, { unknownAfterMs, lostAfterMs, intervalMs });
}

@Module({
  imports: [BullModule.registerQueue({ name: EXPIRE_SILENT_INSTANCES })],
  providers: [
    { provide: HealthStore, useFactory: (redis: Redis) => new HealthStore(redis), inject: [REDIS] },
    { provide: HealthRecorder, useFactory: recorder, inject: [HealthStore, DATABASE] },
    {
      provide: SilenceSweeper,
      useFactory: sweeper,
      inject: [HealthStore, HealthRecorder, Metrics, ENVIRONMENT],
    },
    ExpireSilentInstancesJob,
  ],
  exports: [HealthRecorder],
})
export class HealthModule implements OnApplicationBootstrap {
  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    @Inject(getQueueToken(EXPIRE_SILENT_INSTANCES)) private readonly queue: Queue,
    private readonly drain: Drain,
  ) {}

  onApplicationBootstrap(): void {
    this.drain.keepGoing(this.queue, EXPIRE_SILENT_INSTANCES, this.environment.sweepIntervalMs);
  }
}
