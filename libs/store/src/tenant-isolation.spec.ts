import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { insertRowsOf } from '../../../test/harness/rows-of-workspace.js';
import { createSpecDatabase, type SpecDatabase } from '../../../test/harness/spec-database.js';
import { type Database, openDatabase } from './database.js';
import { sqlState } from './database-errors.js';

const ONE = 'one';
const TWO = 'two';
/** Belong to no workspace, or are one; a new table without the column has to be thought about. */
const WITHOUT_COLUMN = ['_prisma_migrations', 'installation', 'password_resets', 'users', 'workspaces'];
/** Has the column, but is no workspace's: who signs in has chosen none yet. */
const SESSIONS = 'sessions';
/** Rows that the application may add or read, not change. */
const APPEND_ONLY = ['audit_entries', 'audit_heads'];
const INSUFFICIENT_PRIVILEGE = '42501';

let spec: SpecDatabase;
let database: Database;
/** Every table that has the column `workspace_id`, those first whose rows others refer to last. */
let held: string[];

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  for (const workspaceId of [ONE, TWO]) await insertRowsOf(workspaceId, spec.query);
  database = openDatabase(spec.options);
  held = await tablesWithWorkspace();
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

async function tablesWithWorkspace(): Promise<string[]> {
  const rows = await spec.query<{ name: string }>(`
    with recursive held(name) as (
      select c.table_name::text from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE'
    ), refers(child, parent) as (
      select conrelid::regclass::text, confrelid::regclass::text from pg_constraint
      where contype = 'f' and conrelid <> confrelid
    ), depth(name, level) as (
      select name, 0 from held
      union select r.child, d.level + 1 from depth d join refers r on r.parent = d.name
    )
    select name from depth group by name order by max(level) desc, name`);
  return rows.map(({ name }) => name);
}

const failure = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => sqlState(error) ?? String(error),
  );

interface Row {
  readonly of: string;
}

const owners = (rows: readonly Row[]): string[] => [...new Set(rows.map((row) => row.of))];

/** Runs in a transaction that is taken back. */
async function tried(workspaceId: string, statement: string): Promise<Row[]> {
  const undo = new Error('undo');
  let rows: Row[] = [];
  await expect(
    database.transactions.sql(workspaceId, async (sql) => {
      rows = await sql.query<Row>(statement);
      throw undo;
    }),
  ).rejects.toBe(undo);
  return rows;
}

describe('every table', () => {
  test('is known to this spec, and both workspaces have rows there', async () => {
    const tables = await spec.query<{ name: string }>(
      `select table_name as name from information_schema.tables
       where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(
      tables
        .map(({ name }) => name)
        .filter((name) => !held.includes(name))
        .toSorted(),
    ).toEqual(WITHOUT_COLUMN);
    for (const table of held) {
      const rows = await spec.query<Row>(
        `select workspace_id as of from ${table} where workspace_id in ('one', 'two')`,
      );
      expect([table, ...owners(rows).toSorted()]).toEqual([table, ONE, TWO]);
    }
  });

  test('shows a workspace its own rows, however little a statement asks for', async () => {
    for (const table of held) {
      const rows = await database.within(ONE).sql.query<Row>(`select workspace_id as of from ${table}`);
      const expected = table === SESSIONS ? [] : [ONE];
      expect([table, ...owners(rows)]).toEqual([table, ...expected]);
    }
    expect(await database.within(ONE).sql.query('select id from workspaces')).toEqual([{ id: ONE }]);
  });

  test('lets a workspace change and remove its own rows alone', async () => {
    for (const table of held) {
      const update = `update ${table} set workspace_id = workspace_id returning workspace_id as of`;
      if (APPEND_ONLY.includes(table)) {
        const refused = await failure(database.within(ONE).sql.query(update));
        expect([table, refused]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
        continue;
      }
      const rows = await tried(ONE, update);
      expect([table, ...owners(rows)]).toEqual([table, ...(table === SESSIONS ? [] : [ONE])]);
    }
    const removed = database.transactions.sql(ONE, async (sql) => {
      for (const table of held.filter((name) => !APPEND_ONLY.includes(name))) {
        const rows = await sql.query<Row>(`delete from ${table} returning workspace_id as of`);
        expect([table, ...owners(rows)]).toEqual([table, ...(table === SESSIONS ? [] : [ONE])]);
      }
      await sql.query('delete from users');
      await sql.query('delete from password_resets');
      throw new Error('undo');
    });
    await expect(removed).rejects.toThrow('undo');
  });

  test('takes no row for another workspace, neither a new one nor one that is moved there', async () => {
    for (const table of held) {
      const moved = `select (jsonb_populate_record(t, '{"workspace_id": "two"}')).* from ${table} t`;
      if (table !== SESSIONS) {
        const insert = database.within(ONE).sql.query(`insert into ${table} ${moved}`);
        expect([table, await failure(insert)]).toEqual([table, INSUFFICIENT_PRIVILEGE]);
      }
      const move = database.within(ONE).sql.query(`update ${table} set workspace_id = 'two'`);
      expect([table, await failure(move)]).toEqual([
        table,
        table === SESSIONS ? undefined : INSUFFICIENT_PRIVILEGE,
      ]);
    }
    const session = database.within(ONE).sql.query(
      `insert into sessions (id, hash, user_id, workspace_id, address, user_agent, expires_at)
       values ('s', 'h', 'u-one', 'one', '', '', now())`,
    );
    expect(await failure(session)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('shows nothing to a session that says no workspace', async () => {
    const client = new pg.Client({
      connectionString: spec.connectionString,
      options: '-c role=binnacle_app',
    });
    await client.connect();
    try {
      for (const table of [...held, 'workspaces', 'users', 'password_resets']) {
        const { rowCount } = await client.query(`select from ${table}`);
        expect([table, rowCount]).toEqual([table, 0]);
      }
      // Nor to one whose workspace was taken back.
      await client.query(`begin; set local binnacle.workspace = 'one'; commit`);
      for (const table of held)
        expect([table, (await client.query(`select from ${table}`)).rowCount]).toEqual([table, 0]);
    } finally {
      await client.end();
    }
  });

  test('shows everything across workspaces', async () => {
    for (const table of held) {
      const rows = await database.acrossWorkspaces.sql.query<Row>(
        `select distinct workspace_id as of from ${table} where workspace_id in ('one', 'two')`,
      );
      expect([table, rows.length]).toEqual([table, 2]);
    }
  });
});

test('a person is seen where they are a member, and changed from nowhere within', async () => {
  const { sql } = database.within(ONE);
  expect(await sql.query('select id from users')).toEqual([{ id: 'u-one' }]);
  expect(await sql.query('update users set is_operator = true returning id')).toEqual([]);
  expect(await sql.query('select id from password_resets')).toEqual([]);
});

test('what was done stays: the application adds to the audit and changes nothing there', async () => {
  for (const statement of [
    `update audit_entries set actor = 'nobody'`,
    'delete from audit_entries',
    'truncate audit_entries',
    `insert into audit_heads (workspace_id, number, hash) values ('one', 7, '')`,
    `update audit_heads set number = 0`,
    'delete from audit_heads',
    'truncate audit_heads',
    'alter table audit_entries disable trigger all',
    'alter table audit_entries disable row level security',
  ]) {
    for (const scope of [database.within(ONE), database.acrossWorkspaces])
      expect([statement, await failure(scope.sql.query(statement))]).toEqual([
        statement,
        INSUFFICIENT_PRIVILEGE,
      ]);
  }
});
