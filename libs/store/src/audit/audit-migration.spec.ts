import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { databaseUrl } from '../migrations/diff.js';
import { migrate } from '../migrations/migrate.js';
import { defaultMigrationsDir } from '../migrations/migration-folder.js';
import { type VerifiedWorkspace, verifyAudit } from './verify-audit.js';

/** Many enough that a time which grows with their square would be noticed. */
const ENTRIES = 20_000;

const databaseName = `audit_${randomUUID().replaceAll('-', '')}`;
let connectionString: string;
let client: Client;
let directory: string;

beforeAll(async () => {
  await onServer(`CREATE DATABASE ${databaseName}`);
  connectionString = databaseUrl(inject('postgresUrl'), databaseName);
  client = new Client({ connectionString });
  await client.connect();
  directory = await mkdtemp(join(tmpdir(), 'binnacle-migrations-'));
});
afterAll(async () => {
  await client.end();
  await onServer(`DROP DATABASE ${databaseName} WITH (FORCE)`);
  await rm(directory, { recursive: true });
});

async function onServer(statement: string): Promise<void> {
  const server = new Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  await server.query(statement);
  await server.end();
}

it('chains the entries of before, of every workspace, and goes on from there', async () => {
  const log = (): void => undefined;
  const [first = '', ...others] = (await readdir(defaultMigrationsDir())).toSorted();
  for (const name of [first, ...others.filter((other) => other.endsWith('.toml'))])
    await cp(join(defaultMigrationsDir(), name), join(directory, name), { recursive: true });
  await migrate({ connectionString, migrationsDir: directory, log });
  await client.query(`insert into workspaces (id, name) values ('other', 'other')`);
  await client.query(
    `insert into audit_entries (workspace_id, actor, action, target, request_id, detail)
     select case when n % 10 = 0 then 'other' else 'default' end, 'token:ü"', 'a', 't', 'r' || n, jsonb_build_object('n', n)
     from generate_series(1, $1::int) n`,
    [ENTRIES],
  );

  const startMs = performance.now();
  await migrate({ connectionString, migrationsDir: defaultMigrationsDir(), log });
  expect(performance.now() - startMs).toBeLessThan(15_000);

  await client.query(
    `insert into audit_entries (workspace_id, actor, action, target, request_id) values ('other', 'a', 'b', 'c', 'd')`,
  );
  const results: VerifiedWorkspace[] = [];
  for await (const result of verifyAudit(client)) results.push(result);
  expect(results).toMatchObject([
    { workspaceId: 'default', broken: undefined, end: { number: ENTRIES * 0.9 } },
    { workspaceId: 'other', broken: undefined, end: { number: ENTRIES * 0.1 + 1 } },
  ]);
  const { rows } = await client.query(
    `select request_id, detail, previous_hash from audit_entries where workspace_id = 'other' order by number limit 1`,
  );
  expect(rows).toEqual([{ request_id: 'r10', detail: '{"n": 10}', previous_hash: '' }]);
});
