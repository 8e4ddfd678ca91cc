import { Processor } from '@nestjs/bullmq';
import { Drain } from '../lifecycle/drain.js';
import { DrainedJob, JOB_OPTIONS } from '../lifecycle/drained-job.js';
import { Metrics } from '../lifecycle/metrics.js';
import { SilenceSweeper } from './silence-sweeper.js';

export const EXPIRE_SILENT_INSTANCES = 'expire-silent-instances';

/**
 * Says of instances from which no report came that they are unknown, lost, or forgotten. Running twice does no harm:
 * Redis moves an instance and a service's status once.
 */
@Processor(EXPIRE_SILENT_INSTANCES, JOB_OPTIONS)
export class ExpireSilentInstancesJob extends DrainedJob {
  constructor(
    private readonly sweeper: SilenceSweeper,
    drain: Drain,
    metrics: Metrics,
  ) {
    super(EXPIRE_SILENT_INSTANCES, drain, metrics);
  }

  protected override run(signal: AbortSignal): Promise<void> {
    return this.sweeper.sweepAll(signal);
  }
}
