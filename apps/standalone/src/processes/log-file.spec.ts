import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogFile, readLastLines } from './log-file.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'binnacle-log-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

it('keeps a log and the one before it, and no more than twice the bound', () => {
  const file = join(directory, 'api.log');
  const log = new LogFile(file, 10);
  for (const line of ['first line', 'second line', 'third line']) log.write(line);
  log.close();
  expect(readFileSync(file, 'utf8')).toBe('third line\n');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('second line\n');
});

it('reads the last lines', () => {
  const file = join(directory, 'api.log');
  const log = new LogFile(file);
  for (let line = 1; line <= 5_000; line += 1) log.write(`line ${line}`);
  log.close();
  expect(readLastLines(file, 2)).toEqual(['line 4999', 'line 5000']);
  expect(readLastLines(join(directory, 'missing.log'), 2)).toEqual([]);
});
