const levelNames: Readonly<Record<number, string>> = { 40: 'warn', 50: 'error', 60: 'fatal' };

/**
 * One line of a program's output for a person: pino's JSON shortened to level and message, anything else as it is.
 * Undefined for what is quieter than a warning.
 */
export function formatLogLine(line: string): string | undefined {
  const entry = parseEntry(line);
  if (entry === undefined) return line.trim() === '' ? undefined : line;
  const level = levelNames[entry.level];
  return level === undefined ? undefined : `${level}: ${entry.message}`;
}

/** The same for every level, for the last words of a program that ended. */
export function shortenLogLine(line: string): string {
  return parseEntry(line)?.message ?? line;
}

function parseEntry(line: string): { level: number; message: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined; // a line that only looks like JSON is shown as it is
  }
  if (typeof entry !== 'object' || entry === null || !('level' in entry)) return undefined;
  if (typeof entry.level !== 'number') return undefined;
  const message = 'msg' in entry && typeof entry.msg === 'string' ? entry.msg : '';
  const error = 'err' in entry ? entry.err : undefined;
  const reason =
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
      ? error.message
      : '';
  const text = [...new Set([message, reason])].filter((part) => part !== '').join(': ');
  return { level: entry.level, message: text === '' ? line : text };
}
