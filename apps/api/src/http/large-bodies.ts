import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Problem } from '@binnacle/contracts';
import { FairQueue } from '../validation/fair-queue.js';
import type { LargeBodyAnswer } from './large-body-thread.js';

/** What is longer takes so long to check and parse that others would notice. */
export const LARGE_BODY_BYTES = 262_144;
/** A body of 16 MiB takes less than a second of its processor. */
const TIME_LIMIT_MS = 10_000;
/** Then its memory is given back. */
const IDLE_MS = 10_000;
const MAX_WAITING = 256;
const MAX_WAITING_PER_WORKSPACE = 64;
const ENTRY = new URL('./large-body-thread.js', import.meta.url);

interface Waiting {
  readonly bytes: Buffer;
  readonly resolve: (answer: LargeBodyAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Checks and parses large bodies in a thread of its own, one after the other, workspaces in turn. Unlike what schemas and
 * patterns do, its work is bounded by the length of the body and by the number of its values.
 */
export class LargeBodies {
  private readonly queue = new FairQueue<Waiting>(MAX_WAITING, MAX_WAITING_PER_WORKSPACE);
  private thread: Worker | undefined;
  private underWay: Waiting | undefined;
  private idle: NodeJS.Timeout | undefined;

  /** The bytes are not to be used after. @throws Problem malformed_request, or busy */
  async parse(workspaceId: string, bytes: Buffer): Promise<unknown> {
    const answer = await this.ask(workspaceId, bytes);
    if ('fault' in answer) {
      const { detail, errors } = answer.fault;
      throw new Problem('malformed_request', detail, errors);
    }
    if ('value' in answer) return answer.value;
    // Others have their turn between what takes some ten milliseconds each.
    const text = Buffer.from(answer.bytes.buffer).toString('utf8', answer.bytes.byteOffset);
    await setImmediate();
    return JSON.parse(text);
  }

  close(): void {
    clearTimeout(this.idle);
    void this.thread?.terminate();
    this.thread = undefined;
  }

  private ask(workspaceId: string, bytes: Buffer): Promise<LargeBodyAnswer> {
    return new Promise((resolve, reject) => {
      this.queue
        .push(workspaceId, { bytes, resolve, reject })
        ?.reject(new Problem('busy', 'Too many large requests are waiting. Try again in a moment.'));
      this.next();
    });
  }

  private next(): void {
    if (this.underWay !== undefined) return;
    clearTimeout(this.idle);
    const waiting = this.queue.shift();
    if (waiting === undefined) {
      this.idle = setTimeout(() => this.close(), IDLE_MS).unref();
      return;
    }
    this.underWay = waiting;
    const thread = (this.thread ??= this.start());
    const timer = setTimeout(
      () => this.fail(thread, new Problem('busy', 'The request could not be read in time. Try again.')),
      TIME_LIMIT_MS,
    );
    const settled = (): void => {
      clearTimeout(timer);
      thread.off('message', answered).off('exit', settled);
    };
    const answered = (answer: LargeBodyAnswer): void => {
      settled();
      this.underWay = undefined;
      waiting.resolve(answer);
      this.next();
    };
    thread.on('message', answered).once('exit', settled);
    const { bytes } = waiting;
    // Short ones lie in memory that is shared with others.
    const owned = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
    thread.postMessage(owned, [owned.buffer as ArrayBuffer]);
  }

  private start(): Worker {
    const thread = new Worker(ENTRY, { env: {}, execArgv: [] });
    thread.unref();
    thread.on('error', (error) => this.fail(thread, error));
    thread.on('exit', () => this.fail(thread, new Error('the thread that parses large bodies ended')));
    return thread;
  }

  /** Whoever it was working for is told; the next body gets a new thread. */
  private fail(thread: Worker, error: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    void thread.terminate();
    const { underWay } = this;
    this.underWay = undefined;
    underWay?.reject(error);
    this.next();
  }
}
