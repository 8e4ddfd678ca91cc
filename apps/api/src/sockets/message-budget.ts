/** What a connection may still send; counted by `spendMessage`. */
export interface MessageBudget {
  budget: number;
  /** 0 until the first message came. */
  budgetAtMs: number;
}

export interface MessageRate {
  readonly perSecond: number;
  /** How many messages may be saved up. */
  readonly burst: number;
}

/** A token bucket, of which a message takes as much as it costs. False when more is sent than may be. */
export function spendMessage(held: MessageBudget, { perSecond, burst }: MessageRate, cost = 1): boolean {
  const nowMs = performance.now();
  const refill = ((nowMs - held.budgetAtMs) / 1000) * perSecond;
  held.budget = held.budgetAtMs === 0 ? burst : Math.min(burst, held.budget + refill);
  held.budgetAtMs = nowMs;
  if (held.budget < cost) return false;
  held.budget -= cost;
  return true;
}
