import type { LeaseAnswer } from '@binnacle/contracts';
import { quietTimer } from '../agents/timer.js';

/** The part of a lease's life in which its call may begin; the rest is for the call to end and be reported. */
const USABLE_SHARE = 0.5;
/** The first wait before asking again; each refusal doubles it, as the trial calls are for the whole fleet. */
const ASK_AGAIN_MS = 250;
const ASK_AGAIN_CAP_MS = 4_000;

export interface TrialLeaseOptions {
  readonly request: (generation: number) => Promise<LeaseAnswer | null>;
  readonly giveBack: (leaseId: string) => void;
  readonly nowMs: () => number;
  readonly random: () => number;
}

/**
 * The lease for one trial call in a half-open period. Asked for in the background from the first call that wanted it,
 * and again after it went unused, so that the next of rare calls finds one in hand.
 */
export class TrialLease {
  readonly #options: TrialLeaseOptions;
  #held: { readonly leaseId: string; readonly useBeforeMs: number } | null = null;
  #wantedGeneration: number | null = null;
  #isAsking = false;
  #refusals = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TrialLeaseOptions) {
    this.#options = options;
  }

  /** The lease, for a call that begins now; or null, and one is asked for. */
  take(generation: number): string | null {
    const held = this.#held;
    if (held !== null && this.#wantedGeneration === generation && this.#options.nowMs() < held.useBeforeMs) {
      this.#held = null;
      clearTimeout(this.#timer);
      // More trial calls may be allowed; only demand asks for them.
      this.#wantedGeneration = null;
      return held.leaseId;
    }
    this.#want(generation);
    return null;
  }

  /** The half-open period is over, or this process ends: a lease in hand goes back. */
  release(): void {
    this.#wantedGeneration = null;
    clearTimeout(this.#timer);
    this.#giveBack();
  }

  #want(generation: number): void {
    if (this.#wantedGeneration === generation) return;
    this.release();
    this.#wantedGeneration = generation;
    this.#refusals = 0;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const generation = this.#wantedGeneration;
    if (generation === null || this.#isAsking) return;
    this.#isAsking = true;
    // The lease runs from the moment that the plane granted it, which is later than this.
    const askedAtMs = this.#options.nowMs();
    const answer = await this.#options.request(generation);
    this.#isAsking = false;
    if (answer === null || !answer.granted) {
      this.#refusals += 1;
      this.#askAgainSoon();
      return;
    }
    this.#refusals = 0;
    this.#held = { leaseId: answer.leaseId, useBeforeMs: askedAtMs + answer.expiresInMs * USABLE_SHARE };
    if (this.#wantedGeneration !== generation) {
      this.#giveBack();
      void this.#ask();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = quietTimer(() => {
      this.#giveBack();
      this.#askAgainSoon();
    }, this.#held.useBeforeMs - this.#options.nowMs());
  }

  #askAgainSoon(): void {
    if (this.#wantedGeneration === null) return;
    clearTimeout(this.#timer);
    const waitMs = Math.min(ASK_AGAIN_CAP_MS, ASK_AGAIN_MS * 2 ** this.#refusals);
    this.#timer = quietTimer(() => void this.#ask(), waitMs * (0.5 + this.#options.random() / 2));
  }

  #giveBack(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#options.giveBack(held.leaseId);
  }
}
