import { Processor } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import { RetentionStore } from '@binnacle/store';
import { Drain } from '../lifecycle/drain.js';
import { DrainedJob, JOB_OPTIONS } from '../lifecycle/drained-job.js';
import { Metrics } from '../lifecycle/metrics.js';

export const PURGE_PASSED_CHANGES = 'purge-passed-changes';

/** Removes change notices that every process has long read, and answers to requests that nobody repeats any more. */
@Processor(PURGE_PASSED_CHANGES, JOB_OPTIONS)
export class PurgePassedChangesJob extends DrainedJob {
  private readonly logger = new Logger(PurgePassedChangesJob.name);

  constructor(
    private readonly retention: RetentionStore,
    drain: Drain,
    metrics: Metrics,
  ) {
    super(PURGE_PASSED_CHANGES, drain, metrics);
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    const purged = await this.retention.purge(signal);
    if (purged > 0) this.logger.log(`${purged} rows that were only needed for a while are gone`);
  }
}
