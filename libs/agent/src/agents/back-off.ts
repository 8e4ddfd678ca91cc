/** The first wait is up to this long, and each failed attempt doubles it. */
export const RECONNECT_BASE_MS = 500;
/** About a heartbeat: so soon after a fault has healed, an agent is back. */
export const RECONNECT_CAP_MS = 5_000;
/** For what only a person can heal. */
export const REFUSED_CAP_MS = 30_000;

/** Full jitter: anything from nothing to the whole wait, so that a fleet that lost its server does not return in step. */
export function reconnectDelayMs(failedAttempts: number, random: () => number): number {
  return random() * Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** failedAttempts);
}

/** After a refusal that time alone does not heal (a wrong token): rare, and still spread. */
export function refusedDelayMs(random: () => number): number {
  return REFUSED_CAP_MS * (0.5 + random() / 2);
}
