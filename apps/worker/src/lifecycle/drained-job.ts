import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import { Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { OncePerOutage } from '@binnacle/runtime';
import type { Drain } from './drain.js';
import { handBackOnAbort } from './hand-back.js';
import type { Metrics } from './metrics.js';

/** Options that every job of ours has: nothing is kept of those that went well. */
export const JOB_OPTIONS = {
  concurrency: 1,
  // a worker that was killed holds the schedule up for no longer than this
  lockDuration: 10_000,
  stalledInterval: 5_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 20 },
} as const;

/**
 * A job that is finished or given back when the process stops, and that tells how it fares. It may run twice, so its
 * effect must be the same as of running once.
 */
export abstract class DrainedJob extends WorkerHost implements OnApplicationBootstrap {
  private readonly outage: OncePerOutage;
  private readonly errors: OncePerOutage;

  constructor(
    private readonly name: string,
    private readonly drain: Drain,
    private readonly metrics: Metrics,
  ) {
    super();
    const logger = new Logger(name);
    this.outage = new OncePerOutage(logger, `The job ${name} fails`);
    this.errors = new OncePerOutage(logger, 'The queue does not work as it should');
  }

  protected abstract run(signal: AbortSignal): Promise<void>;

  onApplicationBootstrap(): void {
    this.drain.workers.push(this.worker);
  }

  // three parameters: that is how BullMQ knows that a signal is wanted
  override process(job: Job, token: string | undefined, signal?: AbortSignal): Promise<void> {
    return handBackOnAbort(job, token, signal, (aborted) => this.run(aborted));
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
    this.metrics.stalledJobs.inc({ job: this.name });
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
