import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { specActor } from '../../../test/harness/spec-actor.js';
import { openChangeFeed } from './changes/change-feed.js';
import { type Database, openDatabase } from './database.js';
import { sqlState } from './database-errors.js';
import { migrate } from './migrations/migrate.js';
import { defaultMigrationsDir } from './migrations/migration-folder.js';
import { runSqlMutation } from './mutation.js';

const suffix = randomBytes(6).toString('hex');
const owner = `owner_${suffix}`;
const application = `application_${suffix}`;
const name = `roles_${suffix}`;
const urlOf = (login: string): string =>
  Object.assign(new URL(inject('postgresUrl')), { username: login, password: 'spec', pathname: `/${name}` })
    .href;
let database: Database;

/** What `docs/operations.md` tells operators to do, with an owner who may do nothing else on the server. */
beforeAll(async () => {
  await onServer(`do $$ begin create role binnacle_app nologin;
    exception when duplicate_object or unique_violation then null; end $$`);
  await onServer(`create role ${owner} login password 'spec'`);
  await onServer(`create role ${application} login password 'spec'`);
  await onServer(`grant binnacle_app to ${owner}, ${application}`);
  await onServer(`create database ${name} owner ${owner}`);
  await migrate({
    connectionString: urlOf(owner),
    migrationsDir: defaultMigrationsDir(),
    log: () => undefined,
  });
  database = openDatabase({
    connectionString: urlOf(application),
    poolSize: 2,
    statementTimeoutMs: 10_000,
    acquireTimeoutMs: 5_000,
    applicationName: 'spec',
    onError: () => undefined,
  });
});
afterAll(async () => {
  await database.close();
  await onServer(`drop database ${name} with (force)`);
  await onServer(`drop role ${owner}`);
  await onServer(`drop role ${application}`);
});

async function onServer(sql: string, connectionString = inject('postgresUrl')): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

test('the application works with a login that owns nothing', async () => {
  const feed = openChangeFeed(urlOf(application), 5_000);
  await feed.read();
  await runSqlMutation(database, specActor(), async (mutation) => {
    await mutation.sql.query(
      `insert into services (workspace_id, name, kind) values ('default', 'checkout', 'service')`,
    );
    mutation.audit({ action: 'service.register', target: 'service:checkout' });
    mutation.announce({ kind: 'access', workspaceId: 'default', subject: '*' });
  });
  expect(await database.within('default').prisma.service.findMany({ select: { name: true } })).toEqual([
    { name: 'checkout' },
  ]);
  await expect.poll(() => feed.read()).toEqual([{ kind: 'access', workspaceId: 'default', subject: '*' }]);
  await feed.close();
});

test('that login can become no other role, nor look past the rows that it may see', async () => {
  const refused = [
    `set role ${owner}`,
    'alter table services disable row level security',
    'drop policy in_workspace on services',
    'select * from _prisma_migrations',
    'create table more (id int)',
  ];
  const found = await Promise.all(
    refused.map((statement) => onServer(statement, urlOf(application)).then(() => undefined, sqlState)),
  );
  expect(found).toEqual(refused.map(() => '42501'));
});
