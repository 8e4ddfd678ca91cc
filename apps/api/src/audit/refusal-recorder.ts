import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Counter } from 'prom-client';
import { OncePerOutage } from '@binnacle/runtime';
import { CredentialHolderStore, isDatabaseUnavailable } from '@binnacle/store';
import { Mutations } from '../changes/mutations.js';
import { Metrics } from '../lifecycle/metrics.js';
import { RefusalLookups, type RefusedAct } from './refusal-lookups.js';
import { type CountedRefusal, type Refusal, RefusalWindows } from './refusal-windows.js';

const FLUSH_INTERVAL_MS = 1_000;
/** Entries of one flush, written one after the other: a flood of refusals takes one connection, and not all of the time. */
const MAX_ENTRIES = 50;
/** When the process stops, all that is left. */
const MAX_LAST_ENTRIES = 500;

/**
 * Writes into the audit who was refused what. The requests themselves do not wait for it: refusals are counted here and
 * written every second, the same one at most once a minute. What there is no room for is counted as dropped.
 */
@Injectable()
export class RefusalRecorder implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RefusalRecorder.name);
  private readonly outage = new OncePerOutage(this.logger, 'Refusals cannot be written into the audit');
  private readonly windows = new RefusalWindows();
  private readonly lookups = new RefusalLookups();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private readonly dropped: Counter;

  constructor(
    private readonly mutations: Mutations,
    @Inject(CredentialHolderStore) private readonly holders: CredentialHolderStore,
    metrics: Metrics,
  ) {
    this.dropped = new Counter({
      name: 'binnacle_audit_refusals_dropped_total',
      help: 'Refusals that are missing in the audit because there were too many',
      registers: [metrics.registry],
    });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.flushing ??= this.flush(MAX_ENTRIES, false).finally(() => (this.flushing = undefined));
    }, FLUSH_INTERVAL_MS);
  }

  /** Somebody who is known was refused. */
  note(refusal: Refusal): void {
    // A session that has chosen no workspace: there is no audit that this belongs to.
    if (refusal.actor.workspaceId === '') return;
    if (!this.windows.add(refusal, performance.now())) this.dropped.inc();
  }

  /** A credential was refused that may have belonged to somebody: by the SHA-256 (hex) of its secret. */
  noteCredential(secretHash: string, act: RefusedAct): void {
    if (!this.lookups.add(secretHash, act)) this.dropped.inc();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush(MAX_LAST_ENTRIES, true);
  }

  private async flush(maxEntries: number, isLast: boolean): Promise<void> {
    try {
      await this.lookUp();
      for (const counted of this.windows.due(performance.now(), maxEntries, isLast)) {
        await this.write(counted).catch((error: unknown) => this.giveUpUnlessAway(counted, error));
        counted.written();
      }
      this.outage.succeeded();
    } catch (error) {
      // They stay counted, and are tried again.
      this.outage.failed(error);
    }
  }

  /** What fails though the database is there would fail again, and hold up all others. */
  private giveUpUnlessAway({ count }: CountedRefusal, error: unknown): void {
    if (isDatabaseUnavailable(error)) throw error;
    this.logger.error({ err: error }, 'A refusal cannot be written into the audit');
    this.dropped.inc(count);
  }

  private async lookUp(): Promise<void> {
    const taken = this.lookups.take();
    if (taken.length === 0) return;
    const hashes = new Set(taken.map(({ secretHash }) => secretHash));
    const holders = await this.holders.find([...hashes]).catch((error: unknown) => {
      for (const { secretHash, act, count } of taken)
        if (!this.lookups.add(secretHash, act, count)) this.dropped.inc(count);
      throw error;
    });
    for (const { secretHash, act, count } of taken) {
      const holder = holders.get(secretHash);
      if (holder === undefined) continue;
      const { address, requestId, ...rest } = act;
      const refusal = { ...rest, actor: { ...holder, address, requestId } };
      if (!this.windows.add(refusal, performance.now(), count)) this.dropped.inc(count);
    }
  }

  private async write({ refusal, count }: CountedRefusal): Promise<void> {
    const { actor, method, route, needs, code, service, environment } = refusal;
    await this.mutations.runSql(actor, async (mutation) =>
      mutation.audit({
        action: 'access.refused',
        target: `route:${method} ${route}`,
        outcome: 'refused',
        ...(service === undefined ? {} : { service }),
        ...(environment === undefined ? {} : { environment }),
        detail: { method, route, needs: needs ?? null, code, count },
      }),
    );
  }
}
