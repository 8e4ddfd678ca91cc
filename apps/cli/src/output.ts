/** Where a command writes: what it was asked for, and what it has to say meanwhile. */
export interface Output {
  /** A line of the answer. */
  answer(line: string): void;
  /** A line about how it goes, for people. */
  progress(line: string): void;
}

/** Without what a terminal would take for a command: names and messages come from elsewhere. */
export function plainLine(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
}

export const processOutput: Output = {
  answer: (line) => void process.stdout.write(`${plainLine(line)}\n`),
  progress: (line) => void process.stderr.write(`${plainLine(line)}\n`),
};
