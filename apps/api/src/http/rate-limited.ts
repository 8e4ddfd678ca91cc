import { Problem } from '@binnacle/contracts';

/** Which limit it was, for `RateLimit` fields (draft-ietf-httpapi-ratelimit-headers). */
export interface RatePolicy {
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
}

/** Refused because there were too many; says when to come again. */
export class RateLimited extends Problem {
  constructor(
    detail: string,
    readonly retryAfterSeconds: number,
    readonly policy?: RatePolicy,
  ) {
    super('rate_limited', detail);
  }

  get headers(): Record<string, string> {
    const { policy, retryAfterSeconds } = this;
    const retryAfter = { 'retry-after': String(retryAfterSeconds) };
    if (policy === undefined) return retryAfter;
    return {
      ...retryAfter,
      'ratelimit-policy': `"${policy.name}";q=${policy.quota};w=${policy.windowSeconds}`,
      ratelimit: `"${policy.name}";r=0;t=${retryAfterSeconds}`,
    };
  }
}
