import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Counter } from 'prom-client';
import {
  describeReport,
  HealthRecorder,
  HealthStore,
  type InstanceReport,
  keepLatest,
  type Pair,
  pairKey,
} from '@binnacle/store';
import { OncePerOutage } from '@binnacle/runtime';
import { Metrics } from '../lifecycle/metrics.js';

/** Longest that a report waits for others of its service and environment. */
const COLLECT_MS = 50;
/** So many are not waited for. */
const FULL_BATCH = 500;

interface Batch {
  readonly pair: Pair;
  reports: Map<string, InstanceReport>;
  timer: NodeJS.Timeout | undefined;
  sending: Promise<void> | undefined;
}

/**
 * Takes in the reports of this process's agents and hands them on in batches. It holds at most one report of each
 * instance; while Redis is away they are dropped, because the next heartbeat says the same.
 */
@Injectable()
export class HealthInbox implements OnApplicationShutdown {
  private readonly batches = new Map<string, Batch>();
  private readonly outage = new OncePerOutage(new Logger(HealthInbox.name), 'Health reports cannot be kept');
  private readonly dropped: Counter;

  constructor(
    private readonly health: HealthStore,
    private readonly recorder: HealthRecorder,
    metrics: Metrics,
  ) {
    this.dropped = new Counter({
      name: 'binnacle_health_reports_dropped_total',
      help: 'Health reports that could not be kept because Redis was away',
      registers: [metrics.registry],
    });
  }

  report(pair: Pair, report: InstanceReport): void {
    const key = pairKey(pair);
    let batch = this.batches.get(key);
    if (batch === undefined) {
      batch = { pair, reports: new Map(), timer: undefined, sending: undefined };
      this.batches.set(key, batch);
    }
    keepLatest(batch.reports, report);
    this.schedule(key, batch);
  }

  /** Hands on what has been collected. */
  async flush(): Promise<void> {
    await Promise.all([...this.batches].map(([key, batch]) => this.send(key, batch)));
  }

  /** After the last report came in: hands on what is left, and writes what waits. */
  async onApplicationShutdown(): Promise<void> {
    await this.flush();
    await this.recorder.close();
  }

  private schedule(key: string, batch: Batch): void {
    // one batch of a pair at a time: a slow Redis makes batches larger, not more
    if (batch.sending !== undefined) return;
    if (batch.reports.size >= FULL_BATCH) void this.send(key, batch);
    else batch.timer ??= setTimeout(() => void this.send(key, batch), COLLECT_MS);
  }

  private async send(key: string, batch: Batch): Promise<void> {
    clearTimeout(batch.timer);
    batch.timer = undefined;
    await batch.sending;
    if (batch.reports.size === 0) return;
    const { reports } = batch;
    batch.reports = new Map();
    batch.sending = this.fold(batch.pair, reports);
    await batch.sending;
    batch.sending = undefined;
    if (batch.reports.size > 0) this.schedule(key, batch);
    else this.batches.delete(key);
  }

  private async fold(pair: Pair, reports: ReadonlyMap<string, InstanceReport>): Promise<void> {
    try {
      const outcome = await this.health.report(pair, [...reports.values()]);
      await this.recorder.settle(pair, outcome, ({ instance }) => {
        const report = reports.get(instance);
        return report === undefined ? '' : describeReport(report);
      });
      this.outage.succeeded();
    } catch (error) {
      this.dropped.inc(reports.size);
      this.outage.failed(error);
    }
  }
}
