import type { JsonObject } from '@binnacle/domain';
import type { Applied, Have } from '@binnacle/contracts';
import { MAX_REASON_CHARACTERS } from '../agents/wire.js';
import type { OnceLogger, Logger } from '../logger.js';
import type { ConfigCache } from './config-cache.js';
import { ConfigWatchers } from './config-watchers.js';
import { isNewer, isSamePosition, type Position } from './judge-revision.js';
import { readRevision } from './read-revision.js';
import { maskSecrets } from './secrets.js';
import {
  defaultsSnapshot,
  resolveRevision,
  type PublishedRevision,
  type ResolvedRevision,
  type Snapshot,
} from './snapshot.js';
import { findRejection, type Validator } from './validators.js';

export interface LiveConfigOptions {
  readonly defaults: JsonObject;
  readonly validators: readonly Validator[];
  readonly cache: ConfigCache | null;
  readonly logger: Logger;
  readonly once: OnceLogger;
}

/**
 * The configuration in force, and the only place that changes it. Revisions come from the cache and from the plane,
 * possibly twice, late or damaged; what passes is authentic, newer than all before it, and accepted by the validators.
 */
export class LiveConfig {
  readonly watchers: ConfigWatchers;
  readonly #defaults: JsonObject;
  readonly #validators: Set<Validator>;
  readonly #cache: ConfigCache | null;
  readonly #logger: Logger;
  readonly #once: OnceLogger;
  #snapshot: Snapshot;
  /** The newest revision that was judged. Nothing at or below it is judged again, also when it was rejected. */
  #newest: Position | null = null;
  #rejection: (Have & { readonly reason: string }) | null = null;
  #discarded = 0;
  /** What the newest revision that was judged lacked, and what the one in force lacks. */
  #missingSecrets: readonly string[] = [];
  #runsWithout: readonly string[] = [];
  #resolveFirst: () => void = () => {};
  /** Settles when the first configuration is there with its secrets, or the plane has said that there is none. */
  readonly first = new Promise<void>((resolve) => {
    this.#resolveFirst = resolve;
  });

  constructor(options: LiveConfigOptions) {
    this.#defaults = options.defaults;
    this.#validators = new Set(options.validators);
    this.#cache = options.cache;
    this.#logger = options.logger;
    this.#once = options.once;
    this.watchers = new ConfigWatchers(options.logger);
    this.#snapshot = defaultsSnapshot(options.defaults);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** What the plane is told that this instance runs. Not a revision whose secrets it lacks: that is to be sent again. */
  get have(): Have | null {
    const { epoch, revision, hash } = this.#snapshot;
    return epoch === null || this.#runsWithout.length > 0 ? null : { epoch, revision, hash };
  }

  /** The secrets that what runs refers to and does not have, because the cache could not keep or open them. */
  get missingSecrets(): readonly string[] {
    return this.#runsWithout;
  }

  get rejection(): (Have & { readonly reason: string }) | null {
    return this.#rejection;
  }

  /** Messages of the plane that were not authentic, and so never looked at. */
  get discarded(): number {
    return this.#discarded;
  }

  /** Applies what the cache holds. */
  start(): void {
    const cached = this.#cache?.load() ?? null;
    if (cached === null) return;
    const outcome = this.#judge(cached, 'cache');
    if (outcome.outcome === 'applied')
      this.#logger.info(`started from the cache with revision ${cached.revision}`);
    if (this.#missingSecrets.length > 0)
      this.#once.warn(
        'cache secrets',
        `the cached configuration comes without its secrets (${this.#missingSecrets.join(', ')}), which are kept on ` +
          'disk only with the `cacheKey` that they were kept with: what reads them gets nothing until the control plane answers',
      );
  }

  /** Takes a push, and gives what to tell the plane about it; null when it deserves no answer. */
  receive(push: unknown): Applied | null {
    const reading = readRevision(push);
    if (!reading.ok) {
      this.#discarded += 1;
      this.#once.warn(
        `discarded ${reading.reason}`,
        `ignoring a configuration from the control plane: ${reading.reason}`,
      );
      return null;
    }
    const { published } = reading;
    if (isNewer(published, this.#newest) || this.#completes(published))
      return this.#judge(published, 'plane');
    if (this.#rejection !== null && isSamePosition(published, this.#rejection)) return this.rejectionReport();
    if (!isSamePosition(published, this.#snapshot.epoch === null ? null : this.#snapshot)) return null;
    if (published.hash !== this.#snapshot.hash) {
      this.#discarded += 1;
      this.#logger.warn(`ignoring a second, different content of revision ${published.revision}`);
      return null;
    }
    if (this.#runsWithout.length > 0)
      return { ...withoutContent(published), outcome: 'rejected', reason: lacking(this.#runsWithout) };
    this.confirm(published);
    return { ...withoutContent(published), outcome: 'applied' };
  }

  /** The plane wants what runs already: it came from the cache, and is known to be current now. */
  confirm(wanted: Position | null): void {
    if (wanted === null) {
      this.#resolveFirst();
    } else if (this.#snapshot.source === 'cache' && isSamePosition(wanted, this.have)) {
      this.#snapshot = { ...this.#snapshot, source: 'plane' };
    }
  }

  /** Whether the plane wants a revision that has not arrived here. */
  lacks(wanted: Position | null): boolean {
    return wanted !== null && isNewer(wanted, this.#newest);
  }

  rejectionReport(): Applied | null {
    if (this.#rejection === null) return null;
    const { reason, ...have } = this.#rejection;
    return { ...have, outcome: 'rejected', reason };
  }

  /** Judges the revisions that come from now on. */
  addValidator(validator: Validator): () => void {
    this.#validators.add(validator);
    if (this.#snapshot.source !== 'defaults') {
      const reason = findRejection([validator], this.#snapshot, this.#snapshot);
      if (reason !== null) {
        this.#logger.warn(
          `a validator added late refuses what runs already (pass it to createAgent): ${reason}`,
        );
      }
    }
    return () => void this.#validators.delete(validator);
  }

  /** The newest revision once more, now with the secrets that it came without. */
  #completes(published: PublishedRevision): boolean {
    const { secrets } = published;
    if (this.#missingSecrets.length === 0 || !isSamePosition(published, this.#newest)) return false;
    return this.#missingSecrets.every((name) => secrets?.has(name) === true);
  }

  #judge(published: PublishedRevision, source: 'cache' | 'plane'): Applied {
    const have = withoutContent(published);
    const before = this.#snapshot;
    const resolved = resolveRevision(published, source, this.#defaults);
    const after = resolved.snapshot;
    // First: a validator or a watcher that makes another push arrive must find the order kept.
    this.#newest = have;
    this.#missingSecrets = resolved.missingSecrets;
    const reason = this.#findFault(resolved, published, before);
    if (reason !== null) {
      this.#rejection = { ...have, reason };
      this.#logger.warn(`rejected revision ${have.revision}: ${reason}`);
      return { ...have, outcome: 'rejected', reason };
    }
    this.#rejection = null;
    this.#snapshot = after;
    this.#runsWithout = resolved.missingSecrets;
    if (source === 'plane') this.#cache?.keep(published);
    this.watchers.tell(before, after);
    if (this.#runsWithout.length === 0) this.#resolveFirst();
    return { ...have, outcome: 'applied' };
  }

  /** Why a revision is rejected, or null. The reason goes to logs and to the plane: no secret may be in it. */
  #findFault(resolved: ResolvedRevision, { secrets }: PublishedRevision, before: Snapshot): string | null {
    const { snapshot, missingSecrets, fault } = resolved;
    if (fault !== null) return fault.slice(0, MAX_REASON_CHARACTERS);
    if (snapshot.source === 'plane' && missingSecrets.length > 0) return lacking(missingSecrets);
    const reason = findRejection(this.#validators, snapshot, before);
    return reason === null ? null : maskSecrets(reason, secrets).slice(0, MAX_REASON_CHARACTERS);
  }
}

function withoutContent({ epoch, revision, hash }: Have): Have {
  return { epoch, revision, hash };
}

function lacking(names: readonly string[]): string {
  const reason = `no value came for the secrets ${names.join(', ')}: the token needs the role agent`;
  return reason.slice(0, MAX_REASON_CHARACTERS);
}
