import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { DrainableWorker } from './drain-workers.js';
import { JobSchedule } from './job-schedule.js';

/** Whether this process is on its way out, whose jobs are to be finished first, and what no longer is to be started. */
@Injectable()
export class Drain {
  readonly workers: DrainableWorker[] = [];
  private readonly schedules: JobSchedule[] = [];
  private hasBegun = false;

  get isDraining(): boolean {
    return this.hasBegun;
  }

  /** Runs the job of this name again and again, until draining begins. */
  keepGoing(queue: Queue, name: string, everyMs: number): void {
    const schedule = new JobSchedule({ queue, name, everyMs, logger: new Logger(JobSchedule.name) });
    this.schedules.push(schedule);
    schedule.start();
  }

  begin(): void {
    this.hasBegun = true;
    for (const schedule of this.schedules) schedule.stop();
  }
}
