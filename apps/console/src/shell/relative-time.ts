const STEPS = [
  { unit: 'second', seconds: 1, below: 60 },
  { unit: 'minute', seconds: 60, below: 3_600 },
  { unit: 'hour', seconds: 3_600, below: 86_400 },
  { unit: 'day', seconds: 86_400, below: 30 * 86_400 },
  { unit: 'month', seconds: 30 * 86_400, below: 365 * 86_400 },
  { unit: 'year', seconds: 365 * 86_400, below: Infinity },
] as const;

const JUST_NOW_SECONDS = 10;

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' });

/** "4 minutes ago", "in 2 days"; both times in milliseconds. */
export function relativeTime(atMs: number, nowMs: number): string {
  const seconds = (atMs - nowMs) / 1_000;
  const distance = Math.abs(seconds);
  if (distance < JUST_NOW_SECONDS) return 'just now';
  const step = STEPS.find(({ below }) => distance < below) ?? STEPS[STEPS.length - 1];
  const { unit, seconds: unitSeconds } = step ?? { unit: 'second', seconds: 1 };
  return words.format(Math.trunc(seconds / unitSeconds), unit);
}
