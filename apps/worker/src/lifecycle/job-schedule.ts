import { OncePerOutage } from '@binnacle/runtime';
import type { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';

export interface JobScheduleOptions {
  readonly queue: Queue;
  /** Of the job, and of its schedule: each has one. */
  readonly name: string;
  readonly everyMs: number;
  readonly logger: Logger;
  /** How often to see that the schedule is still there; 2 s unless told. */
  readonly checkEveryMs?: number;
}

/** The next run may be this many intervals late before the schedule counts as broken. */
const LATE_INTERVALS = 20;

/**
 * Keeps a repeated job going. Redis holds the schedule and may lose it at any time, so every worker looks after it.
 */
export class JobSchedule {
  private readonly outage: OncePerOutage;
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<void> | undefined;
  private isStopped = false;

  constructor(private readonly options: JobScheduleOptions) {
    this.outage = new OncePerOutage(options.logger, `The schedule of ${options.name} cannot be kept`);
    options.queue.on('error', (error) => this.outage.failed(error));
  }

  /** Returns at once, whether or not Redis is there. */
  start(): void {
    this.timer = setInterval(() => this.check(), this.options.checkEveryMs ?? 2_000);
    this.check();
  }

  stop(): void {
    this.isStopped = true;
    clearInterval(this.timer);
  }

  private check(): void {
    // while Redis is away the one check waits for it
    this.checking ??= this.ensure()
      .then(
        () => this.outage.succeeded(),
        (error: unknown) => {
          if (!this.isStopped) this.outage.failed(error);
        },
      )
      .finally(() => {
        this.checking = undefined;
      });
  }

  private async ensure(): Promise<void> {
    const { queue, name, everyMs } = this.options;
    const kept = await queue.getJobScheduler(name);
    const next = kept?.next ?? 0;
    // Far ahead as well: then the clock was set back, and nothing would run until it has caught up.
    const isDue = next > Date.now() - LATE_INTERVALS * everyMs && next <= Date.now() + 2 * everyMs;
    if (kept?.every === everyMs && isDue) return;
    await queue.upsertJobScheduler(
      name,
      { every: everyMs },
      { name, opts: { removeOnComplete: true, removeOnFail: { count: 20 } } },
    );
  }
}
