import { execFileSync } from 'node:child_process';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** A row of what a benchmark found. */
export interface Finding {
  readonly what: string;
  readonly ours: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly goal: string;
  readonly isMet: boolean | undefined;
}

const HEAD = { what: '', ours: 'Binnacle', baseline: 'baseline', ratio: 'ratio', goal: 'goal' };

export function printFindings(title: string, findings: readonly Finding[]): void {
  const rows = [
    [...Object.values(HEAD), ''],
    ...findings.map(({ what, ours, baseline, ratio, goal, isMet }) => [
      what,
      ours,
      baseline,
      ratio,
      goal,
      verdict(isMet),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   '),
  );
  process.stdout.write(`\n${title}\n\n${lines.map((line) => `  ${line.trimEnd()}`).join('\n')}\n\n`);
}

function verdict(isMet: boolean | undefined): string {
  return isMet === undefined ? '' : isMet ? 'met' : 'below';
}

/** Rates: more is better. */
export function compareRates(
  what: string,
  ours: readonly number[],
  baseline: readonly number[],
  goal: number,
): Finding {
  // Of each round, as whatever else the machine does differs from round to round.
  const ratio = median(ours.map((rate, round) => rate / (baseline[round] ?? Number.NaN)));
  return {
    what,
    ours: `${Math.round(median(ours)).toLocaleString('en')}/s`,
    baseline: `${Math.round(median(baseline)).toLocaleString('en')}/s`,
    ratio: ratio.toFixed(2),
    goal: `≥ ${goal}`,
    isMet: ratio >= goal,
  };
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}
