import type { CallBucketReport } from '@binnacle/contracts';

/** Two minutes of calls wait for a plane that is away; older ones would say nothing any more. */
const MAX_BUCKETS = 120;

interface Bucket {
  second: number;
  calls: number;
  failures: number;
  trailingFailures: number;
}

/** Outcomes that were not reported yet, by the second. Seconds are those of the monotonic clock. */
export class CallCounter {
  #buckets: Bucket[] = [];
  #current: Bucket | null = null;

  get isEmpty(): boolean {
    return this.#current === null;
  }

  count(isFailure: boolean, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    let bucket = this.#current;
    if (bucket === null || bucket.second !== second) bucket = this.#begin(second);
    bucket.calls += 1;
    if (isFailure) {
      bucket.failures += 1;
      bucket.trailingFailures += 1;
    } else {
      bucket.trailingFailures = 0;
    }
  }

  /** Takes what is there. Ages are from the end of each second; that of the current one is 0. */
  drain(nowMs: number): CallBucketReport[] {
    const drained = this.#buckets.map(({ second, ...counts }) => ({
      ...counts,
      ageMs: Math.max(0, Math.round(nowMs - (second + 1) * 1_000)),
    }));
    this.#buckets = [];
    this.#current = null;
    return drained.filter(({ ageMs }) => ageMs <= MAX_BUCKETS * 1_000);
  }

  #begin(second: number): Bucket {
    const bucket = { second, calls: 0, failures: 0, trailingFailures: 0 };
    this.#buckets.push(bucket);
    if (this.#buckets.length > MAX_BUCKETS) this.#buckets.shift();
    this.#current = bucket;
    return bucket;
  }
}
