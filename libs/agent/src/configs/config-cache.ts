import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, type OnceLogger } from '../logger.js';
import { decodeCacheFile, encodeCacheFile, type CacheIdentity } from './cache-file.js';
import { isNewer, isSamePosition } from './judge-revision.js';
import type { PublishedRevision } from './snapshot.js';

const ABANDONED_AFTER_MS = 600_000;

/**
 * The last applied revision on the service's own disk, from which it starts when the control plane is away. One file
 * for each control plane, service and environment; processes of one machine share it.
 */
export class ConfigCache {
  readonly #identity: CacheIdentity;
  readonly #directory: string;
  readonly #fileName: string;
  readonly #log: OnceLogger;
  /** For secrets, which are kept sealed or not at all. */
  readonly #key: KeyObject | null;
  #next: PublishedRevision | null = null;
  #writing: Promise<void> | null = null;

  constructor(directory: string, identity: CacheIdentity, log: OnceLogger, key: KeyObject | null = null) {
    const { url, service, environment } = identity;
    const digest = createHash('sha256')
      .update(JSON.stringify([url, service, environment]))
      .digest('hex');
    this.#identity = identity;
    this.#directory = directory;
    this.#fileName = `${`${service}.${environment}`.replace(/[^a-z0-9.-]/gi, '_').slice(0, 130)}.${digest.slice(0, 16)}.json`;
    this.#log = log;
    this.#key = key;
  }

  get path(): string {
    return join(this.#directory, this.#fileName);
  }

  /** What was kept, or null. Synchronous, and the only such access: a start may wait for its disk, a read never. */
  load(): PublishedRevision | null {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT')
        this.#log.warn('cache read', `cannot read ${this.path}: ${reasonOf(error)}`);
      return null;
    }
    const reading = decodeCacheFile(bytes, this.#identity, this.#key);
    if (reading.ok) return reading.published;
    this.#log.warn('cache read', `ignoring the cached configuration ${this.path}: ${reading.reason}`);
    return null;
  }

  /** Keeps a revision soon. While one is being written, only the latest of those that come waits. */
  keep(published: PublishedRevision): void {
    this.#next = published;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  /** Settles when nothing is left to write. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#next !== null) {
      const published = this.#next;
      this.#next = null;
      try {
        await mkdir(this.#directory, { recursive: true, mode: 0o700 });
        await this.#removeAbandoned();
        if (await this.#isWorthKeeping(published)) await this.#write(published);
      } catch (error) {
        this.#log.warn('cache write', `cannot keep the configuration in ${this.path}: ${reasonOf(error)}`);
      }
    }
  }

  /** Another process of this machine may have kept a newer one. */
  async #isWorthKeeping(published: PublishedRevision): Promise<boolean> {
    try {
      const reading = decodeCacheFile(await readFile(this.path), this.#identity, this.#key);
      if (!reading.ok || isNewer(published, reading.published)) return true;
      const addsSecrets = this.#key !== null && published.secrets !== undefined && !reading.published.secrets;
      return addsSecrets && isSamePosition(published, reading.published);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return true;
      throw error;
    }
  }

  /** Whole or not at all: a crash leaves the old file, as the new one takes its name only once it is on the disk. */
  async #write(published: PublishedRevision): Promise<void> {
    const temporary = join(
      this.#directory,
      `${this.#fileName}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`,
    );
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(encodeCacheFile(this.#identity, published, this.#key));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Temporary files of writers that were killed. */
  async #removeAbandoned(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      if (!name.startsWith(`${this.#fileName}.`) || !name.endsWith('.tmp')) continue;
      const pid = Number(name.slice(this.#fileName.length + 1).split('.')[0]);
      const path = join(this.#directory, name);
      if (isGone(pid) || (await isOld(path))) await rm(path, { force: true });
    }
  }
}

function isGone(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** For a process number that was given to another program since. */
async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER_MS;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
