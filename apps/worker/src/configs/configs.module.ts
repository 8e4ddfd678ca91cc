import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { ConfigRetentionStore, type Database } from '@binnacle/store';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { Drain } from '../lifecycle/drain.js';
import { DATABASE } from '../storage.module.js';
import { PRUNE_OLD_VERSIONS, PruneOldVersionsJob } from './prune-old-versions.job.js';

@Module({
  imports: [BullModule.registerQueue({ name: PRUNE_OLD_VERSIONS })],
  providers: [
    {
      provide: ConfigRetentionStore,
      useFactory: (database: Database) => new ConfigRetentionStore(database),
      inject: [DATABASE],
    },
    PruneOldVersionsJob,
  ],
})
export class ConfigsModule implements OnApplicationBootstrap {
  constructor(
    @Inject(getQueueToken(PRUNE_OLD_VERSIONS)) private readonly queue: Queue,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly drain: Drain,
  ) {}

  onApplicationBootstrap(): void {
    this.drain.keepGoing(this.queue, PRUNE_OLD_VERSIONS, this.environment.pruneIntervalMs);
  }
}
