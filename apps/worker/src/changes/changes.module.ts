import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { type Database, RetentionStore } from '@binnacle/store';
import { Drain } from '../lifecycle/drain.js';
import { DATABASE } from '../storage.module.js';
import { PURGE_PASSED_CHANGES, PurgePassedChangesJob } from './purge-passed-changes.job.js';

const EVERY_MS = 600_000;

@Module({
  imports: [BullModule.registerQueue({ name: PURGE_PASSED_CHANGES })],
  providers: [
    {
      provide: RetentionStore,
      useFactory: (database: Database) => new RetentionStore(database),
      inject: [DATABASE],
    },
    PurgePassedChangesJob,
  ],
})
export class ChangesModule implements OnApplicationBootstrap {
  constructor(
    @Inject(getQueueToken(PURGE_PASSED_CHANGES)) private readonly queue: Queue,
    private readonly drain: Drain,
  ) {}

  onApplicationBootstrap(): void {
    this.drain.keepGoing(this.queue, PURGE_PASSED_CHANGES, EVERY_MS);
  }
}
