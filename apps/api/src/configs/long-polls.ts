import { Injectable } from '@nestjs/common';
import { RateLimited } from '../http/rate-limited.js';
import { Occupancy } from '../limits/connection-limits.js';

/** Of one credential in one process: each keeps a request, its answer and a timer. */
export const MAX_OPEN_POLLS = 1_000;
const RETRY_AFTER_SECONDS = 5;

/** Bounds how many requests of one credential may wait for something newer at a time. */
@Injectable()
export class LongPolls {
  private readonly open = new Occupancy();

  /** @throws RateLimited when too many wait already */
  async hold<Outcome>(credentialId: string, wait: () => Promise<Outcome>): Promise<Outcome> {
    if (this.open.of(credentialId) >= MAX_OPEN_POLLS)
      throw new RateLimited(
        `At most ${MAX_OPEN_POLLS} requests with one credential may wait at a time: connect as an agent instead.`,
        RETRY_AFTER_SECONDS,
      );
    this.open.add(credentialId);
    try {
      return await wait();
    } finally {
      this.open.remove(credentialId);
    }
  }
}
