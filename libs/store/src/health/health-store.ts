import { foldServiceStatus, type InstanceCounts, type InstanceState, type Status } from '@binnacle/domain';
import type { Redis } from 'ioredis';
import type { Pair } from '../pair.js';
import { pairKey } from '../pair.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';
import { healthKeys, PAIRS_KEY, parsePairKey, summaryKey } from './health-keys.js';
import { decodeInstance, decodeSummary, encodeReport, type Summary, toFields } from './instance-codec.js';
import {
  type InstanceRecord,
  type InstanceReport,
  latestReports,
  type RejectedRevision,
} from './instance-report.js';
import { reportScript } from './report-script.js';
import { forgetPairScript, restoreSinceScript, setServiceStatusScript } from './service-status-scripts.js';
import { sweepScript } from './sweep-script.js';

/** What an instance is counted under, or that it has stopped. */
export type InstanceStanding = InstanceState | 'stopped';

export interface InstanceTransition {
  readonly instance: string;
  readonly from: InstanceStanding;
  readonly to: InstanceStanding;
  readonly at: Date;
}

export interface ReportOutcome {
  /** Late reports, which changed nothing. */
  readonly ignored: number;
  readonly transitions: readonly InstanceTransition[];
  /** The counts after this batch, if it changed them. */
  readonly summary: Summary | undefined;
}

export interface SweepOutcome {
  readonly transitions: readonly InstanceTransition[];
  readonly summary: Summary;
  readonly isEmpty: boolean;
}

export interface ServiceHealth {
  readonly status: Status;
  /** When the service came to its status; null when none was kept yet. */
  readonly since: Date | null;
  readonly counts: InstanceCounts;
  readonly revisions: Readonly<Record<string, number>>;
}

/** Which revisions the instances of a pair say that they run or reject. */
export interface FleetProgress {
  readonly counts: InstanceCounts;
  readonly revisions: Readonly<Record<string, number>>;
  /** A bounded part of all instances whose last word on a revision was that they reject it, in the order of their ids. */
  readonly rejected: readonly (RejectedRevision & { readonly id: string })[];
  readonly rejectedCount: number;
}

export interface ServiceStatusChange {
  /** Null when none was kept: the service is new, or Redis lost what it held. */
  readonly from: Status | null;
  readonly to: Status;
  readonly at: Date;
}

export interface SweepOptions {
  /** Silence after which an instance is unknown, then lost, then forgotten. */
  readonly unknownAfterMs: number;
  readonly lostAfterMs: number;
  readonly forgetAfterMs: number;
  readonly forgetStoppedAfterMs: number;
  /** After a longer time without a sweep everyone gets a fresh window. */
  readonly maxGapMs: number;
}

export const DEFAULT_SWEEP_OPTIONS: SweepOptions = {
  unknownAfterMs: 15_000,
  lostAfterMs: 30_000,
  forgetAfterMs: 3_600_000,
  forgetStoppedAfterMs: 60_000,
  maxGapMs: 3_000,
};

/** Bounds one run of a script, and with it how long Redis serves nobody else. */
const BATCH_SIZE = 500;
/** A report can overtake another by the time it waits in an API process; heartbeats are further apart than this. */
const REORDER_WINDOW_MS = 3_000;
/** How often an unchanged report still refreshes when checks ran and how long they took. */
const REFRESH_EVERY = 6;
/** About so many rejections are looked at together. */
const REJECTIONS_READ = 200;
/** How often a pair that is being reported on is put on the list of pairs again, should that have been lost. */
const REGISTER_EVERY_MS = 60_000;

/** The health of instances, folded in Redis: reading a service's costs the same however many instances it has. */
export class HealthStore {
  private readonly registeredAt = new Map<string, number>();

  constructor(private readonly redis: Redis) {}

  /** Folds reports of one pair. Of several reports of one instance the newest counts. */
  async report(pair: Pair, reports: readonly InstanceReport[]): Promise<ReportOutcome> {
    const batch = latestReports(reports);
    const transitions: InstanceTransition[] = [];
    let ignored = reports.length - batch.length;
    let summary: Summary | undefined;
    let isFresh = false;
    for (let start = 0; start < batch.length; start += BATCH_SIZE) {
      const args = batch.slice(start, start + BATCH_SIZE).flatMap(encodeReport);
      const [nowMs, late, fresh, moved, changed, fields] = (await reportScript.run(
        this.redis,
        healthKeys(pair),
        [REORDER_WINDOW_MS, REFRESH_EVERY, ...args],
      )) as [string, number, number, string[], number, string[]];
      ignored += late;
      isFresh ||= fresh === 1;
      transitions.push(...toTransitions(moved, nowMs));
      if (changed === 1) summary = decodeSummary(toFields(fields));
    }
    if (batch.length > 0) await this.register(pairKey(pair), isFresh);
    return { ignored, transitions, summary };
  }

  /** Says of silent instances what their silence means. Any number of processes may sweep the same pair. */
  async sweep(pair: Pair, options: SweepOptions = DEFAULT_SWEEP_OPTIONS): Promise<SweepOutcome> {
    const transitions: InstanceTransition[] = [];
    for (;;) {
      const [nowMs, empty, moved, fields, more] = (await sweepScript.run(this.redis, healthKeys(pair), [
        options.unknownAfterMs,
        options.lostAfterMs,
        options.forgetAfterMs,
        options.forgetStoppedAfterMs,
        options.maxGapMs,
        BATCH_SIZE,
      ])) as [string, number, string[], string[], number];
      transitions.push(...toTransitions(moved, nowMs));
      if (more === 0) return { transitions, summary: decodeSummary(toFields(fields)), isEmpty: empty === 1 };
    }
  }

  /** All pairs that have instances. */
  async pairs(): Promise<Pair[]> {
    const keys = await this.redis.smembers(PAIRS_KEY);
    return keys.map(parsePairKey).filter((pair) => pair !== undefined);
  }

  /** Takes a pair off the list when it has no instances. */
  async forgetPair(pair: Pair): Promise<void> {
    await this.redis.srem(PAIRS_KEY, pairKey(pair));
    const forgotten = await forgetPairScript.run(this.redis, healthKeys(pair), []);
    // a report came between; one that comes later puts the pair on the list itself
    if (forgotten === 0) await this.redis.sadd(PAIRS_KEY, pairKey(pair));
  }

  /**
   * Keeps the service's status, unless one folded from newer counts is kept already. Returns the change if there
   * was one; of several callers exactly one gets it.
   */
  async setServiceStatus(
    pair: Pair,
    status: Status,
    countsVersion: number,
  ): Promise<ServiceStatusChange | undefined> {
    const [from, since] = (await setServiceStatusScript.run(
      this.redis,
      [summaryKey(pair)],
      [status, countsVersion],
    )) as [string?, string?];
    if (from === undefined || since === undefined) return undefined;
    return { from: from === '' ? null : (from as Status), to: status, at: new Date(Number(since)) };
  }

  /** After Redis lost what it held: since when the service has had the status that it still has. */
  async restoreSince(pair: Pair, status: Status, since: Date): Promise<void> {
    await restoreSinceScript.run(this.redis, [summaryKey(pair)], [status, since.getTime()]);
  }

  /** One for each of `services`, in their order. */
  async summaries(
    workspaceId: string,
    environment: string,
    services: readonly string[],
  ): Promise<ServiceHealth[]> {
    return Promise.all(services.map((service) => this.serviceHealth({ workspaceId, service, environment })));
  }

  async serviceHealth(pair: Pair): Promise<ServiceHealth> {
    const { counts, revisions, since } = decodeSummary(await this.redis.hgetall(summaryKey(pair)));
    return { status: foldServiceStatus(counts), since, counts, revisions };
  }

  /** One reading, whose cost does not grow with the number of instances. */
  async progress(pair: Pair): Promise<FleetProgress> {
    const [, , rejectedKey = ''] = healthKeys(pair);
    const [fields, rejectedCount, [, flat]] = await Promise.all([
      this.redis.hgetall(summaryKey(pair)),
      this.redis.hlen(rejectedKey),
      this.redis.hscan(rejectedKey, 0, 'COUNT', REJECTIONS_READ),
    ]);
    const { counts, revisions } = decodeSummary(fields);
    const rejected = Object.entries(toFields(flat))
      .map(([id, text]) => ({ id, ...(JSON.parse(text) as RejectedRevision) }))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1));
    return { counts, revisions, rejected, rejectedCount };
  }

  /** In the order of their ids. */
  async instances(pair: Pair, page: PageRequest): Promise<Page<InstanceRecord>> {
    const [stateKey = '', detailKey = '', rejectedKey = '', , , , , , idsKey = ''] = healthKeys(pair);
    const after = decodeCursor(page.cursor);
    const min = after === undefined ? '-' : `(${after}`;
    const ids = await this.redis.zrangebylex(idsKey, min, '+', 'LIMIT', 0, page.limit + 1);
    if (ids.length === 0) return { items: [], nextCursor: null };
    const [states, details, rejected] = await Promise.all([
      this.redis.hmget(stateKey, ...ids),
      this.redis.hmget(detailKey, ...ids),
      this.redis.hmget(rejectedKey, ...ids),
    ]);
    const { items, nextCursor } = toPage(
      ids,
      page.limit,
      (id) => id,
      (id) => ids.indexOf(id),
    );
    const records = items.flatMap((index) => {
      const state = states[index];
      const detail = details[index];
      // forgotten since its id was read
      if (state == null || detail == null) return [];
      return [decodeInstance(state, detail, rejected[index] ?? null)];
    });
    return { items: records, nextCursor };
  }

  private async register(key: string, isFresh: boolean): Promise<void> {
    const now = performance.now();
    const registeredAt = this.registeredAt.get(key);
    if (!isFresh && registeredAt !== undefined && now - registeredAt < REGISTER_EVERY_MS) return;
    await this.redis.sadd(PAIRS_KEY, key);
    this.registeredAt.set(key, now);
  }
}

function toTransitions(flat: readonly string[], nowMs: string): InstanceTransition[] {
  const transitions: InstanceTransition[] = [];
  for (let index = 0; index + 2 < flat.length; index += 3) {
    const [instance, from, to] = flat.slice(index, index + 3);
    transitions.push({
      instance: instance ?? '',
      from: from as InstanceStanding,
      to: to as InstanceStanding,
      at: new Date(Number(nowMs)),
    });
  }
  return transitions;
}
