import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDataDirectory } from './data-directory-lock.js';
import { findOrMakeSecret, keepSecret } from './kept-secret.js';
import { prepareDataDirectory } from './prepare-data-directory.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'binnacle-data-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

it('makes a secret once, readable for its owner only', () => {
  const file = join(directory, 'admin-token');
  expect(keepSecret(file, () => 'first')).toEqual({ secret: 'first', isNew: true });
  expect(keepSecret(file, () => 'second')).toEqual({ secret: 'first', isNew: false });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['admin-token']);
});

it('keeps nothing of a secret before it is told to', () => {
  const file = join(directory, 'admin-token');
  const made = findOrMakeSecret(file, () => 'first');
  expect(readdirSync(directory)).toEqual([]);
  made.keep();
  expect(findOrMakeSecret(file, () => 'second')).toMatchObject({ secret: 'first', isNew: false });
});

it('does not take an emptied file for a secret', () => {
  const file = join(directory, 'admin-token');
  writeFileSync(file, '\n');
  expect(() => keepSecret(file, () => 'new')).toThrow('is empty');
});

it('closes the data directory to everybody else', () => {
  const { root, postgres } = prepareDataDirectory(join(directory, 'a', '.binnacle'));
  for (const path of [root, postgres]) expect(statSync(path).mode & 0o777).toBe(0o700);
});

it('says what to set when the data directory cannot be made', () => {
  writeFileSync(join(directory, 'file'), '');
  expect(() => prepareDataDirectory(join(directory, 'file', '.binnacle'))).toThrow('set BINNACLE_DATA_DIR');
});

it('lets one holder in at a time', () => {
  const first = lockDataDirectory(directory);
  expect(() => lockDataDirectory(directory)).toThrow('another Binnacle runs on');
  first.release();
  lockDataDirectory(directory).release();
});
