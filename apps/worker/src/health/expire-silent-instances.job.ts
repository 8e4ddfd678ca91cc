import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { Drain } from '../lifecycle/drain.js';
import { handBackOnAbort } from '../lifecycle/hand-back.js';
import { Metrics } from '../lifecycle/metrics.js';
import { OncePerOutage } from '../lifecycle/once-per-outage.js';
import { SilenceSweeper } from './silence-sweeper.js';

export const EXPIRE_SILENT_INSTANCES = 'expire-silent-instances';

/**
 * Says of instances from which no report came that they are unknown, lost, or forgotten. Running twice does no harm:
 * Redis moves an instance and a service's status once.
 */
@Processor(EXPIRE_SILENT_INSTANCES, {
  concurrency: 1,
  // a worker that was killed holds the schedule up for no longer than this
  lockDuration: 10_000,
  stalledInterval: 5_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 20 },
})
export class ExpireSilentInstancesJob extends WorkerHost implements OnApplicationBootstrap {
  private readonly logger = new Logger(ExpireSilentInstancesJob.name);
  private readonly outage = new OncePerOutage(this.logger, 'Silent instances cannot be looked for');
  private readonly errors = new OncePerOutage(this.logger, 'The queue does not work as it should');

  constructor(
    private readonly sweeper: SilenceSweeper,
    private readonly drain: Drain,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.drain.workers.push(this.worker);
  }

  // three parameters: that is how BullMQ knows that a signal is wanted
  override process(job: Job, token: string | undefined, signal?: AbortSignal): Promise<void> {
    return handBackOnAbort(job, token, signal, (aborted) => this.sweeper.sweepAll(aborted));
  }

  @OnWorkerEvent('completed')
  completed(job: Job): void {
    this.outage.succeeded();
    this.errors.succeeded();
    this.observe(job, 'completed');
  }

  @OnWorkerEvent('failed')
  failed(job: Job | undefined, error: Error): void {
    this.outage.failed(error);
    if (job !== undefined) this.observe(job, 'failed');
  }

  @OnWorkerEvent('stalled')
  stalled(): void {
    this.metrics.stalledJobs.inc({ job: EXPIRE_SILENT_INSTANCES });
  }

  @OnWorkerEvent('error')
  broken(error: Error): void {
    this.errors.failed(error);
  }

  private observe(job: Job, outcome: 'completed' | 'failed'): void {
    const { processedOn = 0, finishedOn = processedOn } = job;
    this.metrics.jobs.observe({ job: job.name, outcome }, (finishedOn - processedOn) / 1000);
  }
}
