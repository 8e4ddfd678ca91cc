import type { JsonObject } from '@binnacle/domain';
import type { Applied, Have } from '@binnacle/contracts';
import type { OnceLogger, Logger } from '../logger.js';
import type { ConfigCache } from './config-cache.js';
import { ConfigEvents } from './config-events.js';
import type { FileContent, FileReading } from './config-file.js';
import { ConfigJudge, lacking, type JudgedConfig } from './config-judge.js';
import { ConfigWatchers } from './config-watchers.js';
import { isNewer, isSamePosition, type Position } from './judge-revision.js';
import type { Override } from './override.js';
import { readRevision } from './read-revision.js';
import type { MovingLayers } from './resolve-config.js';
import { SecretKeys } from './secret-keys.js';
import { maskSecrets, secretsWithin } from './secrets.js';
import type { ConfigSnapshot, PublishedRevision } from './snapshot.js';
import { confirmedSnapshot } from './snapshot-view.js';
import { findRejection, type Validator } from './validators.js';

export interface LiveConfigOptions {
  readonly defaults: JsonObject;
  readonly validators: readonly Validator[];
  readonly cache: ConfigCache | null;
  readonly logger: Logger;
  readonly once: OnceLogger;
  /** Environment variables, then the command line. */
  readonly overrides?: readonly Override[];
  readonly secretKeys?: readonly string[];
}

interface Rejection {
  readonly published: PublishedRevision;
  readonly source: 'cache' | 'plane';
  readonly reason: string;
}

/** A file that is not in force: it cannot be read, or a validator refused what it makes of the whole. */
interface FileRejection {
  readonly file: FileContent | null;
  readonly reason: string;
}

/**
 * The configuration in force, and the only place that changes it. Revisions come from the cache and from the plane,
 * possibly twice, late or damaged, and files at any time; what passes is authentic, newer than all before it, and accepted
 * by the validators as a whole. What was refused is tried again with the next change of the other: a revision and a
 * file may need each other.
 */
export class LiveConfig {
  readonly events: ConfigEvents;
  readonly watchers: ConfigWatchers;
  readonly #judge: ConfigJudge;
  readonly #cache: ConfigCache | null;
  readonly #logger: Logger;
  readonly #once: OnceLogger;
  #snapshot: ConfigSnapshot;
  /** What the snapshot was made of. */
  #moving: MovingLayers = { file: null, published: null, source: 'cache' };
  /** The newest revision that was judged. Nothing at or below it is judged again, also when it was rejected. */
  #newest: Position | null = null;
  #rejection: Rejection | null = null;
  #filePath: string | null = null;
  #fileRejection: FileRejection | null = null;
  #discarded = 0;
  /** What the newest revision that was judged lacked, and what the one in force lacks. */
  #missingSecrets: readonly string[] = [];
  #runsWithout: readonly string[] = [];
  #resolveFirst: () => void = () => {};
  /** Settles when the first configuration is there with its secrets, or the plane has said that there is none. */
  readonly first = new Promise<void>((resolve) => {
    this.#resolveFirst = resolve;
  });
  /** Hears of a revision that a change of the file made acceptable. */
  onApplied: (applied: Applied) => void = () => {};

  constructor(options: LiveConfigOptions) {
    const { defaults, overrides = [], validators, once } = options;
    const secretKeys = new SecretKeys(options.secretKeys);
    this.#judge = new ConfigJudge({ defaults, overrides, secretKeys }, validators, once);
    this.#cache = options.cache;
    this.#logger = options.logger;
    this.#once = once;
    this.events = new ConfigEvents(options.logger);
    this.watchers = new ConfigWatchers(options.logger, this.events);
    this.#snapshot = this.#judge.resolve(this.#moving).snapshot;
  }

  get snapshot(): ConfigSnapshot {
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
    return (
      this.#rejection && { ...withoutContent(this.#rejection.published), reason: this.#rejection.reason }
    );
  }

  /** The file of the configuration, and why its newest content is not in force. */
  get file(): { readonly path: string; readonly rejected?: string } | null {
    if (this.#filePath === null) return null;
    return { path: this.#filePath, ...(this.#fileRejection && { rejected: this.#fileRejection.reason }) };
  }

  /** Messages of the plane that were not authentic, and so never looked at. */
  get discarded(): number {
    return this.#discarded;
  }

  /**
   * Applies what the file and the cache hold. While a revision is still to come, a file is not refused for what may be in
   * it: like the defaults, it is there to begin with.
   */
  start({
    file = null,
    awaitsPlane = false,
  }: { file?: FileReading | null; awaitsPlane?: boolean } = {}): void {
    if (file !== null) this.#filePath = file.ok ? file.file.path : file.path;
    // Judged together with the cached revision, if there is one.
    if (file?.ok === true) this.#fileRejection = { file: file.file, reason: 'it was not judged yet' };
    this.#startFromCache();
    if (file === null || (file.ok && this.#moving.file === file.file)) return;
    if (file.ok && this.#moving.published === null && awaitsPlane) this.#begin(file.file);
    else this.receiveFile(file);
  }

  #startFromCache(): void {
    const cached = this.#cache?.load() ?? null;
    if (cached === null) return;
    const outcome = this.#receive(cached, 'cache');
    if (outcome.outcome === 'applied')
      this.#logger.info(`started from the cache with revision ${cached.revision}`);
    if (this.#missingSecrets.length > 0)
      this.#once.warn(
        'cache secrets',
        `the cached configuration comes without its secrets (${this.#missingSecrets.join(', ')}), which are kept on ` +
          'disk only with the `cacheKey` that they were kept with: what reads them gets nothing until the control plane answers',
      );
  }

  #begin(file: FileContent): void {
    this.#moving = { ...this.#moving, file };
    this.#fileRejection = null;
    this.#snapshot = this.#judge.resolve(this.#moving).snapshot;
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
      return this.#receive(published, 'plane');
    if (this.#rejection !== null && isSamePosition(published, this.#rejection.published))
      return this.rejectionReport();
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
      this.#snapshot = confirmedSnapshot(this.#snapshot);
      this.#moving = { ...this.#moving, source: 'plane' };
    }
  }

  /** Whether the plane wants a revision that has not arrived here. */
  lacks(wanted: Position | null): boolean {
    return wanted !== null && isNewer(wanted, this.#newest);
  }

  rejectionReport(): Applied | null {
    if (this.#rejection === null) return null;
    const { reason, published } = this.#rejection;
    return { ...withoutContent(published), outcome: 'rejected', reason };
  }

  /** Judges the revisions that come from now on. */
  addValidator(validator: Validator): () => void {
    const remove = this.#judge.addValidator(validator);
    if (this.#snapshot.source !== 'defaults') {
      const reason = findRejection([validator], this.#snapshot, this.#snapshot);
      if (reason !== null) {
        this.#logger.warn(
          `a validator added late refuses what runs already (pass it to createAgent): ${maskSecrets(reason, secretsWithin(this.#snapshot.content))}`,
        );
      }
    }
    return remove;
  }

  /** The newest revision once more, now with the secrets that it came without. */
  #completes(published: PublishedRevision): boolean {
    const { secrets } = published;
    if (this.#missingSecrets.length === 0 || !isSamePosition(published, this.#newest)) return false;
    return this.#missingSecrets.every((name) => secrets?.has(name) === true);
  }

  /** Takes a change of the file. */
  receiveFile(reading: FileReading): void {
    if (!reading.ok) {
      this.#refuseFile(null, reading.path, reading.reason);
      return;
    }
    const { file } = reading;
    if (this.#rejection !== null) {
      // The file may be what a rejected revision was waiting for.
      const { published, source } = this.#rejection;
      const judged = this.#judge.judge({ file, published, source }, this.#snapshot);
      if (judged.reason === null) {
        this.#apply(judged);
        if (source === 'plane') this.onApplied({ ...withoutContent(published), outcome: 'applied' });
        return;
      }
    }
    const judged = this.#judge.judge({ ...this.#moving, file }, this.#snapshot);
    if (judged.reason === null) this.#apply(judged);
    else this.#refuseFile(file, file.path, judged.reason);
  }

  #refuseFile(file: FileContent | null, path: string, reason: string): void {
    this.#fileRejection = { file, reason };
    this.#logger.warn(`not using the configuration file ${path}: ${reason}`);
    this.events.tell({ kind: 'file_rejected', path, reason });
  }

  #receive(published: PublishedRevision, source: 'cache' | 'plane'): Applied {
    const have = withoutContent(published);
    // First: a validator or a watcher that makes another push arrive must find the order kept.
    this.#newest = have;
    // A file that was refused may be what this revision was waiting for, or the other way round.
    const waiting = this.#fileRejection?.file ?? null;
    const files = waiting === null ? [this.#moving.file] : [waiting, this.#moving.file];
    let reason = '';
    for (const file of files) {
      const judged = this.#judge.judge({ file, published, source }, this.#snapshot);
      this.#missingSecrets = judged.missingSecrets;
      if (judged.reason === null) {
        this.#apply(judged);
        return { ...have, outcome: 'applied' };
      }
      reason = judged.reason;
    }
    this.#rejection = { published, source, reason };
    this.#logger.warn(`rejected revision ${have.revision}: ${reason}`);
    this.events.tell({ kind: 'revision_rejected', revision: have.revision, reason });
    return { ...have, outcome: 'rejected', reason };
  }

  #apply({ moving, snapshot, missingSecrets }: JudgedConfig): void {
    const [before, previous] = [this.#snapshot, this.#moving];
    const { file, published, source } = moving;
    this.#moving = moving;
    this.#snapshot = snapshot;
    this.#runsWithout = missingSecrets;
    if (published !== null && published !== previous.published) {
      this.#rejection = null;
      if (source === 'plane') this.#cache?.keep(published);
      this.events.tell({ kind: 'revision_applied', revision: published.revision });
    }
    if (file !== null && file !== previous.file) {
      this.#fileRejection = null;
      this.#logger.info(`using the configuration file ${file.path}`);
      this.events.tell({ kind: 'file_applied', path: file.path });
    }
    this.watchers.tell(before, snapshot);
    if (published !== null && missingSecrets.length === 0) this.#resolveFirst();
  }
}

function withoutContent({ epoch, revision, hash }: Have): Have {
  return { epoch, revision, hash };
}
