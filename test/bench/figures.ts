import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

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
  ours: readonly Rate[],
  baseline: readonly Rate[],
  goal: number,
): Finding {
  // Of each round, as whatever else the machine does differs from round to round.
  const ratio = median(
    ours.map((rate, round) => rate.perSecond / (baseline[round]?.perSecond ?? Number.NaN)),
  );
  return {
    what,
    ours: `${Math.round(medianRate(ours)).toLocaleString('en')}/s`,
    baseline: `${Math.round(medianRate(baseline)).toLocaleString('en')}/s`,
    ratio: ratio.toFixed(2),
    goal: `≥ ${goal}`,
    isMet: ratio >= goal,
  };
}

function medianRate(rates: readonly Rate[]): number {
  return median(rates.map((rate) => rate.perSecond));
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

const CLOCK_TICK_MS = 10;

/** Processor time of a process so far, in all its threads, in milliseconds; NaN where there is no /proc. */
export function processorMs(pid: number): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const stat = readFileSync(file, 'utf8');
  // proc_pid_stat(5): utime and stime are the fields 14 and 15; the second field may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
}

/** A rate, and the processor time that the server took for each of what was counted, in microseconds. */
export interface Rate {
  readonly perSecond: number;
  readonly costMicroseconds: number;
}

/** @param work returns its rate a second */
export async function measureRate(pid: number, work: () => Promise<number>): Promise<Rate> {
  const startedAtMs = performance.now();
  const usedMs = processorMs(pid);
  const perSecond = await work();
  const count = (perSecond * (performance.now() - startedAtMs)) / 1000;
  return { perSecond, costMicroseconds: ((processorMs(pid) - usedMs) * 1000) / count };
}

/** Less is better, and other work on the machine changes it less than it changes rates. */
export function compareCosts(what: string, ours: readonly Rate[], baseline: readonly Rate[]): Finding {
  const costOf = (rates: readonly Rate[]) => median(rates.map((rate) => rate.costMicroseconds));
  const shown = (cost: number) => `${cost.toFixed(0)} µs`;
  const ratio = (costOf(baseline) / costOf(ours)).toFixed(2);
  return {
    what,
    ours: shown(costOf(ours)),
    baseline: shown(costOf(baseline)),
    ratio,
    goal: '',
    isMet: undefined,
  };
}
