import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of this process. None is labelled with a workspace, a service or an instance. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly jobs = new Histogram({
    name: 'binnacle_job_duration_seconds',
    help: 'Time that a job ran, by its name and what became of it',
    labelNames: ['job', 'outcome'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [this.registry],
  });

  readonly stalledJobs = new Counter({
    name: 'binnacle_jobs_stalled_total',
    help: 'Jobs whose worker fell silent and that went back to the queue',
    labelNames: ['job'] as const,
    registers: [this.registry],
  });

  readonly sweptPairs = new Gauge({
    name: 'binnacle_health_pairs',
    help: 'Services in environments that had instances at the last sweep of this process',
    registers: [this.registry],
  });

  readonly transitions = new Counter({
    name: 'binnacle_health_silence_transitions_total',
    help: 'Instances that changed state because no report came',
    labelNames: ['to'] as const,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
