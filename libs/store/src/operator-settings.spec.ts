import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createSpecDatabase, type SpecDatabase } from '../../../test/harness/spec-database.js';
import { findDatabaseUrl, findSecretsKey } from './operator-settings.js';

const KEPT = 'postgres://kept@127.0.0.1:5555/kept';

let directory: string;
let lines: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'binnacle-operator-'));
  lines = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

const find = (variables: NodeJS.ProcessEnv, asOwner = false) =>
  findDatabaseUrl({
    variables: { BINNACLE_DATA_DIR: directory, ...variables },
    asOwner,
    log: (line) => lines.push(line),
  });

describe('the database of an operator', () => {
  it('is what the environment says, the owner login only for those who want it', () => {
    writeFileSync(join(directory, 'database-url'), `${KEPT}\n`);
    const all = { BINNACLE_MIGRATION_DATABASE_URL: 'a', BINNACLE_DATABASE_URL: 'b', DATABASE_URL: 'c' };
    expect(find(all, true)).toBe('a');
    expect(find(all)).toBe('b');
    expect(find({ DATABASE_URL: 'c', BINNACLE_DATABASE_URL: '' }, true)).toBe('c');
    expect(lines).toEqual([]);
  });

  it('is else the one of a running npm start, and it says so without the password', () => {
    const file = join(directory, 'database-url');
    writeFileSync(file, `${KEPT}\n`);
    expect(find({})).toBe(KEPT);
    expect(lines).toEqual([`Using the database of ${file}`]);
  });

  it('is asked for where there is none', () => {
    expect(() => find({})).toThrow(/^Set BINNACLE_DATABASE_URL .*BINNACLE_DATA_DIR .*database-url$/);
    writeFileSync(join(directory, 'database-url'), '\n');
    expect(() => find({})).toThrow('Set BINNACLE_DATABASE_URL');
  });

  it('comes with the key ring that npm start keeps, unless another is set', () => {
    const variables = { BINNACLE_DATA_DIR: directory };
    expect(findSecretsKey(variables)).toBeUndefined();
    writeFileSync(join(directory, 'secrets-key'), 'kept\n');
    expect(findSecretsKey(variables)).toBe('kept');
    expect(findSecretsKey({ ...variables, BINNACLE_SECRETS_KEY: 'set' })).toBe('set');
  });
});

describe('the commands of operators', () => {
  let spec: SpecDatabase;
  beforeAll(async () => {
    spec = await createSpecDatabase(inject('postgresUrl'));
  });
  afterAll(() => spec.drop());

  function run(script: string, ...parameters: string[]): Promise<{ code: unknown; output: string }> {
    const file = fileURLToPath(new URL(`../dist/${script}`, import.meta.url));
    const env = { PATH: process.env['PATH'], BINNACLE_DATA_DIR: directory };
    return new Promise((resolve) => {
      execFile(process.execPath, [file, ...parameters], { env, timeout: 30_000 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
      );
    });
  }

  it.each([
    ['audit/cli.js', 'verify', /^whole {3}default /m],
    ['secrets/rotate-cli.js', '', /^1 workspaces: /m],
    ['migrations/cli.js', 'status', /^applied {2}/m],
  ])('%s %s works with what npm start keeps, and tells how it is used', async (script, command, expected) => {
    const parameters = command === '' ? [] : [command];
    writeFileSync(join(directory, 'database-url'), `${spec.connectionString}\n`);
    writeFileSync(join(directory, 'secrets-key'), `${randomBytes(32).toString('base64')}\n`);
    expect(await run(script, ...parameters)).toEqual({ code: 0, output: expect.stringMatching(expected) });
    for (const flag of ['--help', '-h'])
      expect(await run(script, ...parameters, flag)).toEqual({
        code: 0,
        output: expect.stringMatching(/^Usage: /),
      });
  });
});
