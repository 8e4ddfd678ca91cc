import { readFileSync, type BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { DEFAULT_CONTENT_LIMITS, type JsonObject } from '@binnacle/domain';
import { parseContent, type ContentFormat } from '@binnacle/domain/parse-content';
import { quietTimer } from '../agents/timer.js';
import { reasonOf } from '../logger.js';
import { holdsReference } from './override.js';

export interface ConfigFileOptions {
  /** JSON when it ends in `.json`, else YAML. */
  readonly path: string;
  /** How often the file is looked at for a change; 0 reads it at the start only. Default 1,000. */
  readonly pollMs?: number | undefined;
}

export interface FileContent {
  readonly path: string;
  readonly content: JsonObject;
}

export type FileReading =
  | { readonly ok: true; readonly file: FileContent }
  | { readonly ok: false; readonly path: string; readonly reason: string };

const DEFAULT_POLL_MS = 1_000;
/** A file that changes again within this time is still being written. */
const SETTLE_MS = 100;
/** A text may be longer than its JSON: comments. */
const MAX_FILE_BYTES = 2 * DEFAULT_CONTENT_LIMITS.maxBytes;

/**
 * A file of the service's own. It is looked at now and then rather than watched: that also sees editors that put a new
 * file in the place of the old one, the symbolic links that Kubernetes swaps, and volumes that tell of no change.
 */
export class ConfigFile {
  readonly path: string;
  readonly #format: ContentFormat;
  readonly #pollMs: number;
  readonly #settleMs: number;
  #timer: NodeJS.Timeout | undefined;
  #fingerprint: string | null = null;
  #unsettled: string | null = null;
  #text: string | null = null;
  #toldReason = '';
  #isClosed = false;

  constructor(options: string | ConfigFileOptions, settleMs = SETTLE_MS) {
    const { path, pollMs = DEFAULT_POLL_MS } = typeof options === 'string' ? { path: options } : options;
    if (typeof path !== 'string' || path === '')
      throw new TypeError('createAgent: `file` must be a path, or have one');
    if (pollMs !== 0 && !(pollMs >= 10 && pollMs <= 3_600_000))
      throw new TypeError('createAgent: `file.pollMs` must be 0, or from 10 to 3,600,000');
    this.path = resolve(path);
    this.#format = extname(path).toLowerCase() === '.json' ? 'json' : 'yaml';
    this.#pollMs = pollMs;
    this.#settleMs = settleMs;
  }

  /** What it holds. Synchronous, and only for the start: a start may wait for its disk, a read never. */
  load(): FileReading {
    let reading: FileReading;
    try {
      const bytes = readFileSync(this.path);
      reading = this.#read(bytes.length > MAX_FILE_BYTES ? null : bytes);
    } catch (error) {
      reading = this.#refuse(reasonOf(error));
    }
    this.#isNews(reading);
    return reading;
  }

  /** Tells of each content that differs from the one before, and of each reason why there is none, until it is closed. */
  watch(listener: (reading: FileReading) => void): void {
    if (this.#pollMs === 0) return;
    const look = async () => {
      const reading = await this.#look();
      if (this.#isClosed) return;
      if (reading !== null && this.#isNews(reading)) listener(reading);
      const isWritten = this.#unsettled === null;
      this.#timer = quietTimer(() => void look(), isWritten ? this.#pollMs : this.#settleMs);
    };
    this.#timer = quietTimer(() => void look(), Math.min(this.#settleMs, this.#pollMs));
  }

  /** A lasting fault is told once. */
  #isNews(reading: FileReading): boolean {
    const reason = reading.ok ? '' : reading.reason;
    const isNews = reading.ok || reason !== this.#toldReason;
    this.#toldReason = reason;
    return isNews;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Null when nothing changed, or it is still being written. */
  async #look(): Promise<FileReading | null> {
    try {
      const fingerprint = fingerprintOf(await stat(this.path, { bigint: true }));
      if (fingerprint === this.#fingerprint) {
        this.#unsettled = null;
        return null;
      }
      if (fingerprint !== this.#unsettled) {
        this.#unsettled = fingerprint;
        return null;
      }
      const bytes = await readBounded(this.path);
      this.#unsettled = null;
      this.#fingerprint = fingerprint;
      if (bytes !== null && this.#text === bytes.toString()) return null;
      return this.#read(bytes);
    } catch (error) {
      // Forgotten, so that it is read when it is back, be it the same.
      this.#fingerprint = null;
      this.#unsettled = null;
      this.#text = null;
      return this.#refuse(reasonOf(error));
    }
  }

  #read(bytes: Buffer | null): FileReading {
    if (bytes === null) return this.#refuse(`it is larger than ${MAX_FILE_BYTES} bytes`);
    this.#text = bytes.toString();
    // An empty file is an empty object, as a file of comments is.
    const parsed = parseContent(
      this.#text.trim() === '' ? {} : this.#text,
      this.#format,
      DEFAULT_CONTENT_LIMITS,
    );
    if (!parsed.ok) {
      const [error] = parsed.errors;
      return this.#refuse(`${error?.pointer ?? ''} ${error?.message ?? 'it cannot be read'}`.trim());
    }
    if (holdsReference(parsed.value))
      return this.#refuse('a file cannot refer to a secret: only what is published comes with their values');
    return { ok: true, file: { path: this.path, content: parsed.value } };
  }

  #refuse(reason: string): FileReading {
    return { ok: false, path: this.path, reason };
  }
}

/** Follows links; a file that took the place of another has another number. */
function fingerprintOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

/** Null when it is too large. */
async function readBounded(path: string): Promise<Buffer | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return size > MAX_FILE_BYTES ? null : await file.readFile();
  } finally {
    await file.close();
  }
}
