import { parseKey } from './key-path.js';
import type { Override } from './override.js';

const OPTION = '--set';
const MAX_OPTIONS = 1_000;

/**
 * The `--set key=value` and `--set=key=value` of a command line, in their order; a later one wins. Other arguments are the
 * program's own, and everything after `--` is. Throws a `TypeError` for one without a key or without `=`.
 */
export function readCommandLine(commandLine: readonly string[]): Override[] {
  const overrides: Override[] = [];
  for (let index = 0; index < commandLine.length && overrides.length < MAX_OPTIONS; index++) {
    const argument = commandLine[index] ?? '';
    if (argument === '--') break;
    if (argument === OPTION) overrides.push(readOption(commandLine[++index] ?? ''));
    else if (argument.startsWith(`${OPTION}=`)) overrides.push(readOption(argument.slice(OPTION.length + 1)));
  }
  return overrides;
}

function readOption(assignment: string): Override {
  const end = assignment.indexOf('=');
  // The text is not told: what stands in the place of a forgotten key may be a secret.
  if (end < 1) throw new TypeError(`createAgent: ${OPTION} needs key=value, such as ${OPTION} pool.max=5`);
  const key = assignment.slice(0, end);
  const segments = parseKey(key);
  return {
    layer: 'commandLine',
    source: `${OPTION} ${key}`,
    text: assignment.slice(end + 1),
    place: () => segments,
  };
}
