import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { databaseUrl, diffMigrations } from './diff.js';
import { migrate, migrationStatus, resolveMigration } from './migrate.js';
import { defaultMigrationsDir, writeMigration } from './migration-folder.js';

const serverUrl = inject('postgresUrl');
const log = () => {};

let database: string;
let connectionString: string;
let migrationsDir: string;

beforeEach(async () => {
  database = `migrate_${randomBytes(6).toString('hex')}`;
  connectionString = databaseUrl(serverUrl, database);
  migrationsDir = await mkdtemp(join(tmpdir(), 'binnacle-migrations-'));
  await query(serverUrl, `CREATE DATABASE ${database}`);
});

afterEach(async () => {
  await query(serverUrl, `DROP DATABASE ${database} WITH (FORCE)`);
  await rm(migrationsDir, { recursive: true });
});

describe('migrate', () => {
  it('applies each migration once when eight callers find an empty database at once', async () => {
    await cp(defaultMigrationsDir(), migrationsDir, { recursive: true });

    const results = await Promise.all(
      Array.from({ length: 8 }, () => migrate({ connectionString, migrationsDir, log })),
    );

    const names = await migrationNames();
    expect(results.flatMap((result) => result.applied).toSorted()).toEqual(names);
    expect(results.filter((result) => result.applied.length > 0)).toHaveLength(1);
    const recorded = await query(
      connectionString,
      'SELECT migration_name FROM _prisma_migrations ORDER BY 1',
    );
    expect(recorded.map((row) => row['migration_name'])).toEqual(names);
  });

  it('makes callers wait for a migration that is under way, rather than take it for a failed one', async () => {
    await addMigration('20260101000000_held', 'SELECT pg_advisory_xact_lock(1);');
    const holder = new Client({ connectionString });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(1)');
    const options = { connectionString, migrationsDir, log };

    const first = migrate(options);
    await expect.poll(advisoryWaiters, { timeout: 15_000 }).toBe(1);
    const others = Promise.all(Array.from({ length: 7 }, () => migrate(options)));
    await expect.poll(advisoryWaiters, { timeout: 15_000 }).toBe(8);
    await holder.end();

    expect(await first).toEqual({ applied: ['20260101000000_held'] });
    expect((await others).flatMap((result) => result.applied)).toEqual([]);
  });

  it('leaves a default workspace with its environments and an epoch that sorts by time', async () => {
    await migrate({ connectionString, migrationsDir: defaultMigrationsDir(), log });

    const environments = await query(
      connectionString,
      `SELECT workspace_id, name FROM environments ORDER BY position`,
    );
    expect(environments.map((row) => `${row['workspace_id']}/${row['name']}`)).toEqual([
      'default/dev',
      'default/staging',
      'default/prod',
    ]);
    const [installation] = await query(connectionString, 'SELECT epoch FROM installation');
    const epoch = String(installation?.['epoch']);
    expect(epoch).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const createdAtMs = Number.parseInt(epoch.replaceAll('-', '').slice(0, 12), 16);
    expect(Math.abs(Date.now() - createdAtMs)).toBeLessThan(60_000);
  });

  it('runs a script with semicolons in strings, comments and functions whole', async () => {
    await addMigration(
      '20260101000000_function',
      `-- one; two
       CREATE FUNCTION answer() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'a;b'; END; $$;`,
    );
    await migrate({ connectionString, migrationsDir, log });
    expect(await query(connectionString, 'SELECT answer()')).toEqual([{ answer: 'a;b' }]);
  });

  it('names a failed migration, leaves nothing of it, and runs it again only when told', async () => {
    await addMigration('20260101000000_good', 'CREATE TABLE good (id int);');
    await addMigration('20260102000000_bad', 'CREATE TABLE half (id int); SELECT 1 / 0;');
    const options = { connectionString, migrationsDir, log };

    await expect(migrate(options)).rejects.toThrow(/20260102000000_bad failed.*division by zero/);
    expect(await query(connectionString, `SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    expect(await migrationStatus(options)).toMatchObject({
      applied: ['20260101000000_good'],
      failed: [{ name: '20260102000000_bad' }],
    });

    await addMigration('20260102000000_bad', 'CREATE TABLE half (id int);');
    await expect(migrate(options)).rejects.toThrow(/20260102000000_bad failed/);
    await resolveMigration(options, '20260102000000_bad', 'rolled-back');
    expect(await migrate(options)).toEqual({ applied: ['20260102000000_bad'] });
  });

  it('takes a failed migration for applied when told', async () => {
    await addMigration('20260101000000_bad', 'SELECT 1 / 0;');
    const options = { connectionString, migrationsDir, log };
    await expect(migrate(options)).rejects.toThrow(/20260101000000_bad failed/);

    await resolveMigration(options, '20260101000000_bad', 'applied');

    expect(await migrate(options)).toEqual({ applied: [] });
    await expect(resolveMigration(options, '20260101000000_bad', 'applied')).rejects.toThrow(
      /has not failed/,
    );
  });

  it('refuses a database that a newer version migrated, and names what it does not know', async () => {
    await addMigration('20260101000000_first', 'CREATE TABLE first (id int);');
    await addMigration('20270101000000_newer', 'CREATE TABLE newer (id int);');
    await migrate({ connectionString, migrationsDir, log });

    await rm(join(migrationsDir, '20270101000000_newer'), { recursive: true });
    await expect(migrate({ connectionString, migrationsDir, log })).rejects.toMatchObject({
      reason: 'unknown',
      message: expect.stringContaining('20270101000000_newer') as string,
    });
  });

  it('gives up on another process that does not finish within the bound', async () => {
    await addMigration('20260101000000_first', 'CREATE TABLE first (id int);');
    await addMigration('20260102000000_endless', 'SELECT pg_sleep(600);');
    const ended = migrate({ connectionString, migrationsDir, log }).catch((error: unknown) => String(error));
    await expect.poll(() => sleepers(), { timeout: 15_000 }).toHaveLength(1);

    const status = await migrationStatus({ connectionString, migrationsDir, log });
    expect(status).toMatchObject({ applied: ['20260101000000_first'], failed: [], running: true });
    await expect(migrate({ connectionString, migrationsDir, log, lockTimeoutMs: 100 })).rejects.toMatchObject(
      { reason: 'locked' },
    );

    await query(serverUrl, `SELECT pg_cancel_backend(${String((await sleepers())[0]?.['pid'])})`);
    expect(await ended).toMatch(/20260102000000_endless failed/);
  });

  it('says which server it cannot reach, without the password', async () => {
    const options = { migrationsDir, log, connectTimeoutMs: 300 };
    const nowhere = 'postgres://binnacle:secret@127.0.0.1:1/binnacle';
    const error: unknown = await migrate({ ...options, connectionString: nowhere }).catch((e: unknown) => e);
    expect(String(error)).toMatch(/127\.0\.0\.1:1\/binnacle did not answer within 0\.3 s/);
    expect(String(error)).not.toContain('secret');
  });
});

describe('migrationStatus', () => {
  it('says of a fresh database that everything is pending', async () => {
    await cp(defaultMigrationsDir(), migrationsDir, { recursive: true });
    expect(await migrationStatus({ connectionString, migrationsDir, log })).toEqual({
      applied: [],
      pending: await migrationNames(),
      failed: [],
      unknown: [],
      running: false,
    });
  });
});

describe('diffMigrations', () => {
  const schemaPath = join(defaultMigrationsDir(), '..', 'schema.prisma');

  it('finds no difference between the migrations and the schema of this repository', async () => {
    const options = { connectionString: serverUrl, migrationsDir: defaultMigrationsDir(), schemaPath, log };
    expect(await diffMigrations(options)).toBeUndefined();
  });

  it('writes a difference as a migration that settles it, and drops its scratch databases', async () => {
    await cp(defaultMigrationsDir(), migrationsDir, { recursive: true });
    await addMigration('29990101000000_drift', 'ALTER TABLE tokens ADD COLUMN colour text;');
    const options = { connectionString: serverUrl, migrationsDir, schemaPath, log };

    const sql = await diffMigrations(options);
    expect(sql).toMatch(/ALTER TABLE "tokens" DROP COLUMN "colour"/);
    const name = await writeMigration(
      migrationsDir,
      'drop-colour',
      sql ?? '',
      new Date('2999-02-03T04:05:06Z'),
    );

    expect(name).toBe('29990203040506_drop_colour');
    expect(await diffMigrations(options)).toBeUndefined();
    const scratch = await query(serverUrl, `SELECT 1 FROM pg_database WHERE datname LIKE 'binnacle_diff_%'`);
    expect(scratch).toEqual([]);
  });

  it('refuses to write a migration that would come before another', async () => {
    await addMigration('29990101000000_later', 'SELECT 1;');
    await expect(writeMigration(migrationsDir, 'now', 'SELECT 1;', new Date())).rejects.toThrow(
      /29990101000000/,
    );
  });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(migrationsDir, name), { recursive: true });
  await writeFile(join(migrationsDir, name, 'migration.sql'), sql);
}

async function migrationNames(): Promise<string[]> {
  const entries = await readdir(migrationsDir, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function advisoryWaiters(): Promise<number> {
  const rows = await query(
    connectionString,
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
  );
  return rows.length;
}

function sleepers(): Promise<Record<string, unknown>[]> {
  return query(
    serverUrl,
    `SELECT pid FROM pg_stat_activity WHERE datname = '${database}' AND query = 'SELECT pg_sleep(600);'`,
  );
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
