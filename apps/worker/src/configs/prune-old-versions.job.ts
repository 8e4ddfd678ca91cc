import { Processor } from '@nestjs/bullmq';
import { Inject, Logger } from '@nestjs/common';
import { ConfigRetentionStore } from '@binnacle/store';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { Drain } from '../lifecycle/drain.js';
import { DrainedJob, JOB_OPTIONS } from '../lifecycle/drained-job.js';
import { Metrics } from '../lifecycle/metrics.js';

export const PRUNE_OLD_VERSIONS = 'prune-old-versions';

/** Removes versions and revisions that are older than they are kept, and that nothing refers to. */
@Processor(PRUNE_OLD_VERSIONS, JOB_OPTIONS)
export class PruneOldVersionsJob extends DrainedJob {
  private readonly logger = new Logger(PruneOldVersionsJob.name);

  constructor(
    private readonly retention: ConfigRetentionStore,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    drain: Drain,
    metrics: Metrics,
  ) {
    super(PRUNE_OLD_VERSIONS, drain, metrics);
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    for await (const counts of this.retention.prune(this.environment.retention, signal))
      this.logger.log(counts, 'History that is older than it is kept was removed');
  }
}
