import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@binnacle/domain';
import { type Notice, type Pair, pairKey, type ReleasedConfig, RevisionStore } from '@binnacle/store';
import { ChangeBus } from '../changes/change-bus.js';
import { ChangeTail } from '../changes/change-tail.js';
import { type PinnedSecrets, SecretDelivery } from '../secrets/secret-delivery.js';

/** Bytes of bodies kept for pairs that nobody watches. */
const MAX_IDLE_BYTES = 134_217_728;
const RETRY_MS = 1_000;

/** A revision, ready to be sent: made once, however many receive it. */
export interface ServedConfig {
  readonly epoch: string;
  readonly revision: number;
  readonly hash: string;
  readonly etag: string;
  /** The answer of `GET …/config`. A string goes out in one piece with its head; a buffer does not. */
  readonly body: string;
  readonly bodyBytes: number;
  /** What it takes to keep, in bytes: the body, and the sealed secrets. */
  readonly keptBytes: number;
  readonly content: JsonObject;
  /** What its references stand for, sealed; undefined when it has none. */
  readonly secrets: PinnedSecrets | undefined;
}

export type ConfigListener = (config: ServedConfig) => void;

interface Entry {
  readonly pair: Pair;
  readonly listeners: Set<ConfigListener>;
  /** Undefined until first loaded, null while nothing is published. */
  served: ServedConfig | null | undefined;
  /** Changes heard of, and how many of them the last load began after. */
  heard: number;
  loaded: number;
  loading: Promise<void> | undefined;
  retry: NodeJS.Timeout | undefined;
}

/**
 * The newest revision of every pair that somebody asked for, kept up to date by the changes this process hears of.
 * A revision is loaded once and encoded once, and within an epoch an older one never replaces a newer one.
 */
@Injectable()
export class ConfigCache {
  private readonly entries = new Map<string, Entry>();
  private idleBytes = 0;

  constructor(
    private readonly revisions: RevisionStore,
    private readonly tail: ChangeTail,
    private readonly delivery: SecretDelivery,
    bus: ChangeBus,
  ) {
    bus.onChange((change) => this.follow(change));
  }

  /** Null when nothing is published. Rejects when it would have to be loaded and the database is away. */
  async newest(pair: Pair): Promise<ServedConfig | null> {
    const entry = this.entryOf(pair);
    const isKnown = entry.served !== undefined && entry.loaded === entry.heard;
    if (!isKnown || !this.tail.isFresh()) await this.load(entry);
    this.forgetIfNothing(entry);
    return entry.served ?? null;
  }

  /** What `newest` would answer, when it is in memory. */
  atHand(pair: Pair): ServedConfig | undefined {
    const entry = this.entries.get(pairKey(pair));
    if (entry === undefined || entry.loaded !== entry.heard || !this.tail.isFresh()) return undefined;
    return entry.served ?? undefined;
  }

  /** What is in memory, however old: for telling an agent what it should have. */
  peek(pair: Pair): ServedConfig | null | undefined {
    return this.entries.get(pairKey(pair))?.served;
  }

  /** Calls `listener` with every newer revision until the returned function is called. */
  watch(pair: Pair, listener: ConfigListener): () => void {
    const entry = this.entryOf(pair);
    this.countIdle(entry, -1);
    entry.listeners.add(listener);
    this.countIdle(entry, 1);
    return () => {
      this.countIdle(entry, -1);
      entry.listeners.delete(listener);
      this.countIdle(entry, 1);
      this.forgetIfNothing(entry);
    };
  }

  /** Names that nothing is published for are not remembered: anybody can think of any number of them. */
  private forgetIfNothing(entry: Entry): void {
    const key = pairKey(entry.pair);
    if (entry.served || entry.listeners.size > 0 || this.entries.get(key) !== entry) return;
    this.entries.delete(key);
  }

  private async follow(change: Notice): Promise<void> {
    if (change.kind !== 'revision') return;
    const entry = this.entries.get(pairKey(change));
    if (entry === undefined) return;
    entry.heard += 1;
    await this.catchUp(entry);
  }

  /** Those who watch must get what is new, also when the database fails just now. */
  private async catchUp(entry: Entry): Promise<void> {
    try {
      await this.load(entry);
    } catch (error) {
      entry.retry ??= setTimeout(() => {
        entry.retry = undefined;
        // It is tried until it succeeds; the first failure was told by who delivered the change.
        this.catchUp(entry).catch(() => undefined);
      }, RETRY_MS).unref();
      throw error;
    }
  }

  /** Resolves when what is known is at least as new as when it was called. */
  private async load(entry: Entry): Promise<void> {
    const needed = entry.heard;
    do {
      entry.loading ??= this.loadOnce(entry).finally(() => (entry.loading = undefined));
      await entry.loading;
    } while (entry.loaded < needed);
  }

  private async loadOnce(entry: Entry): Promise<void> {
    const heard = entry.heard;
    const released = await this.revisions.newest(entry.pair);
    entry.loaded = heard;
    if (released === undefined) {
      entry.served ??= null;
      return;
    }
    if (isNoNewer(released, entry.served)) return;
    const served = toServed(released, await this.delivery.load(entry.pair, released.secrets));
    const before = entry.served;
    this.countIdle(entry, -1);
    entry.served = served;
    this.countIdle(entry, 1);
    // Whoever caused the first load, or waits for it, asks for the result itself.
    this.evict();
    if (before !== undefined) for (const listener of entry.listeners) listener(served);
  }

  private entryOf(pair: Pair): Entry {
    const key = pairKey(pair);
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const fresh: Entry = {
      pair,
      listeners: new Set(),
      served: undefined,
      heard: 0,
      loaded: 0,
      loading: undefined,
      retry: undefined,
    };
    this.entries.set(key, fresh);
    return fresh;
  }

  private countIdle(entry: Entry, sign: 1 | -1): void {
    if (entry.listeners.size === 0) this.idleBytes += sign * (entry.served?.keptBytes ?? 0);
  }

  /** Drops what was asked for first among what nobody watches. */
  private evict(): void {
    for (const [key, entry] of this.entries) {
      if (this.idleBytes <= MAX_IDLE_BYTES) return;
      if (entry.listeners.size > 0 || entry.loading !== undefined) continue;
      this.countIdle(entry, -1);
      this.entries.delete(key);
    }
  }
}

function isNoNewer(released: ReleasedConfig, served: ServedConfig | null | undefined): boolean {
  return served?.epoch === released.epoch && served.revision >= released.revision;
}

function toServed(
  { epoch, revision, hash, content }: ReleasedConfig,
  secrets: PinnedSecrets | undefined,
): ServedConfig {
  const head = JSON.stringify({ epoch, revision, hash });
  const body = `${head.slice(0, -1)},"content":${content}}`;
  const bodyBytes = Buffer.byteLength(body);
  const sealedBytes = secrets?.sealed.reduce((sum, { ciphertext }) => sum + ciphertext.length, 0) ?? 0;
  return {
    epoch,
    revision,
    hash,
    etag: `"${epoch}.${revision}"`,
    body,
    bodyBytes,
    keptBytes: bodyBytes + sealedBytes,
    content: JSON.parse(content) as JsonObject,
    secrets,
  };
}
