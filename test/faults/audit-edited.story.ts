import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { verifyAuditOf } from '../harness/verify-audit.js';

/** A login of its own, which owns nothing. */
const LOGIN = `audit_story_${randomBytes(4).toString('hex')}`;
const PASSWORD = randomBytes(16).toString('hex');

let plane: Plane;
/** How long the chain is when nobody has touched it. */
let length: number;
let head: string;

beforeAll(async () => {
  plane = await startPlane();
  await register(plane.request(), 'ledger');
  for (let round = 1; round <= 12; round++) await publish(plane.request(), 'ledger', 'base', { round });
  const { stdout, exitCode } = await verify();
  expect({ stdout, exitCode }).toMatchObject({ exitCode: 0 });
  head = /^whole {3}default {2}(\d+:[0-9a-f]{64})$/m.exec(stdout)?.[1] ?? '';
  length = Number(head.split(':')[0]);
  expect(length).toBeGreaterThanOrEqual(13);
  await owner('create table untouched as select * from audit_entries');
  await owner('create table untouched_heads as select * from audit_heads');
});
afterAll(async () => {
  await owner(`drop role if exists ${LOGIN}`);
  await plane.stop();
});

afterEach(async () => {
  await owner('alter table audit_entries disable trigger append_to_audit_chain');
  await owner('delete from audit_entries');
  await owner('insert into audit_entries select * from untouched');
  await owner('alter table audit_entries enable trigger append_to_audit_chain');
  await owner('delete from audit_heads');
  await owner('insert into audit_heads select * from untouched_heads');
  expect(await verify()).toMatchObject({ exitCode: 0 });
});

/** As the owner of the tables, for whom no policy holds. */
function owner(statement: string, values: readonly unknown[] = []): Promise<object[]> {
  return plane.database.query(statement, values);
}

function verify(...options: readonly string[]) {
  return verifyAuditOf(plane.database.url, ...options);
}

async function expectBroken(entry: number, kind: string, ...options: readonly string[]): Promise<void> {
  const { exitCode, stdout } = await verify(...options);
  expect(stdout).toMatch(new RegExp(`^BROKEN {2}default {2}entry ${entry} .*\\(${kind}\\)$`, 'm'));
  expect(exitCode).toBe(1);
}

describe('the check of the audit chain names the first entry that', () => {
  it.each([
    `actor = 'user:somebody-else'`,
    `at = at + interval '1 millisecond'`,
    `detail = replace(detail, '"', ' "')`,
    `address = ''`,
    `service = null`,
    `outcome = 'refused'`,
    `hash = repeat('0', 64)`,
  ])('was edited: %s', async (change) => {
    await owner(`update audit_entries set ${change} where number >= 5 and number % 3 = 2`);
    await expectBroken(5, 'edited');
  });

  it('was deleted', async () => {
    await owner('delete from audit_entries where number in (4, 9)');
    await expectBroken(4, 'missing');
  });

  it('was deleted, although those after it have moved up', async () => {
    await owner('delete from audit_entries where number = 4');
    for (let number = 5; number <= length; number++)
      await owner('update audit_entries set number = $1::int - 1 where number = $1', [number]);
    await owner('update audit_heads set number = number - 1');
    await expectBroken(4, 'reordered');
  });

  it('changed places with another', async () => {
    await owner('update audit_entries set number = -6 where number = 6');
    await owner('update audit_entries set number = 6 where number = 8');
    await owner('update audit_entries set number = 8 where number = -6');
    await expectBroken(6, 'reordered');
  });

  it('was cut off at the end', async () => {
    await owner('delete from audit_entries where number > $1', [length - 2]);
    await expectBroken(length - 1, 'cut');
  });

  it('was rewritten with a hash that fits itself', async () => {
    await owner(`update audit_entries set actor = 'user:somebody-else' where number = 7`);
    await owner('update audit_entries a set hash = audit_entry_hash(a) where number = 7');
    await expectBroken(7, 'rewritten');
  });

  it('was written by nobody', async () => {
    await owner('alter table audit_entries disable trigger append_to_audit_chain');
    await owner(`insert into audit_entries (workspace_id, number, actor, request_id, action, target, hash)
      values ('default', ${length + 1}, 'user:ann', 'r', 'service.register', 'service:x', 'h')`);
    await expectBroken(length + 1, 'edited');
    await owner("update audit_entries a set previous_hash = split_part($1, ':', 2) where number > $2", [
      head,
      length,
    ]);
    await owner('update audit_entries a set hash = audit_entry_hash(a) where number > $1', [length]);
    await expectBroken(length + 1, 'foreign');
  });
});

describe('against a head that was kept elsewhere', () => {
  const kept = (text = head): string[] => ['--workspace', 'default', '--from', text];

  it('a chain that goes on is whole', async () => {
    expect(await verify(...kept())).toMatchObject({ exitCode: 0 });
    const [row] = (await owner('select hash from audit_entries where number = 3')) as { hash: string }[];
    expect(await verify(...kept(), '--from', `3:${row?.hash}`)).toMatchObject({ exitCode: 0 });
  });

  it('a chain that was made anew from some entry on is found, though it fits itself', async () => {
    await owner(`update audit_entries set actor = 'user:somebody-else' where number = 7`);
    for (let number = 7; number <= length; number++) {
      await owner(
        `update audit_entries a set previous_hash = (select hash from audit_entries where number = $1::int - 1)
         where number = $1`,
        [number],
      );
      await owner('update audit_entries a set hash = audit_entry_hash(a) where number = $1', [number]);
    }
    await owner('update audit_heads set hash = (select hash from audit_entries where number = $1)', [length]);
    expect(await verify()).toMatchObject({ exitCode: 0 });
    await expectBroken(length, 'rewritten', ...kept());
  });

  it('a chain that was cut together with its head is found', async () => {
    await owner('delete from audit_entries where number > 5');
    await owner(
      'update audit_heads set number = 5, hash = (select hash from audit_entries where number = 5)',
    );
    expect(await verify()).toMatchObject({ exitCode: 0 });
    await expectBroken(6, 'cut', ...kept());
    await owner('delete from audit_entries');
    await owner('delete from audit_heads');
    await expectBroken(1, 'cut', ...kept());
  });
});

describe('what cannot be checked', () => {
  it.each([
    ['a workspace that does not exist', ['--workspace', 'nobody']],
    ['a head that is none', ['--workspace', 'default', '--from', '12']],
    ['a head of nobody knows which workspace', ['--from', `1:${'0'.repeat(64)}`]],
    ['an unknown option', ['--quickly']],
  ])('is not called whole: %s', async (_what, options) => {
    expect(await verify(...options)).toMatchObject({ exitCode: 2, stdout: '' });
  });

  it('is not called whole: a database that does not answer', async () => {
    const nowhere = new URL(plane.database.url);
    nowhere.pathname = '/nowhere';
    expect(await verifyAuditOf(nowhere.href)).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('the connection of the application', () => {
  const STATEMENTS = [
    `update audit_entries set actor = 'user:somebody-else' where number = 5`,
    'delete from audit_entries where number = 5',
    'truncate audit_entries',
    'update audit_heads set number = 5',
    'alter table audit_entries disable trigger all',
  ];

  async function asApplication(url: string, ...statements: readonly string[]): Promise<void> {
    const client = new pg.Client({ connectionString: url, options: '-c role=binnacle_app' });
    await client.connect();
    try {
      await client.query(`select set_config('binnacle.workspace', '*', false)`);
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  it.each(STATEMENTS)('may not: %s', async (statement) => {
    await expect(asApplication(plane.database.url, statement)).rejects.toThrow(
      /permission denied|must be owner/,
    );
    // The role that a connection begins with is the one that a reset leads back to.
    await expect(asApplication(plane.database.url, 'reset role', statement)).rejects.toThrow(
      /permission denied|must be owner/,
    );
  });

  it('of a login that owns the tables could leave its role: what it does then is found', async () => {
    await asApplication(plane.database.url, 'set role none', STATEMENTS[0] ?? '');
    await expectBroken(5, 'edited');
  });

  it('of a login of its own has nothing to go back to', async () => {
    await owner(`create role ${LOGIN} login password '${PASSWORD}'`);
    await owner(`grant binnacle_app to ${LOGIN}`);
    const url = Object.assign(new URL(plane.database.url), {
      username: LOGIN,
      password: PASSWORD,
    });
    const owning = new URL(plane.database.url).username;
    await asApplication(url.href, 'select 1 from audit_entries');
    for (const statement of STATEMENTS)
      for (const way of ['reset role', 'set role none', 'reset all'])
        await expect(asApplication(url.href, way, statement)).rejects.toThrow(
          /permission denied|must be owner/,
        );
    await expect(asApplication(url.href, `set session authorization ${owning}`)).rejects.toThrow(
      'permission denied',
    );
  });
});
