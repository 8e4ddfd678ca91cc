import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../../../../test/harness/eventually.js';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Actor, type AuditRecord, runSqlMutation } from '../mutation.js';
import { AuditStore, type AuditEntryRecord } from './audit-store.js';
import { verifyAudit, type VerifiedWorkspace, type VerifyAuditOptions } from './verify-audit.js';

let spec: SpecDatabase;
let database: Database;
let store: AuditStore;
/** Of the tables, which row level security lets see everything. */
let owner: Client;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  store = new AuditStore(database);
  owner = new Client({ connectionString: spec.connectionString });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await spec.drop();
});

async function newWorkspace(): Promise<string> {
  const id = `w-${randomUUID()}`;
  await owner.query('insert into workspaces (id, name) values ($1, $1)', [id]);
  return id;
}

function actorOf(workspaceId: string, fields: Partial<Actor> = {}): Actor {
  return specActor({ workspaceId, ...fields });
}

async function write(actor: Actor, ...records: readonly AuditRecord[]): Promise<void> {
  await runSqlMutation(database, actor, async (mutation) =>
    records.forEach((record) => mutation.audit(record)),
  );
}

/** Until the database's clock, which dates the entries, shows another millisecond than at the call. */
async function nextMillisecond(): Promise<void> {
  const now = async (): Promise<number> => {
    const { rows } = await owner.query<{ ms: string }>(
      'select floor(extract(epoch from clock_timestamp()) * 1000) as ms',
    );
    return Number(rows[0]?.ms);
  };
  const calledAt = await now();
  await eventually(async () => expect(await now()).toBeGreaterThan(calledAt));
}

async function verified(options: VerifyAuditOptions): Promise<VerifiedWorkspace[]> {
  const results: VerifiedWorkspace[] = [];
  for await (const result of verifyAudit(owner, options)) results.push(result);
  return results;
}

async function wholeHistory(workspaceId: string): Promise<AuditEntryRecord[]> {
  const { number } = await store.head(workspaceId);
  const entries: AuditEntryRecord[] = [];
  for await (const batch of store.batches(workspaceId, {}, EVERYTHING, number)) entries.push(...batch);
  return entries;
}

const EVERYTHING = [{ services: [], environments: [] }];
const PAGE = { limit: 200 };

describe('the chain', () => {
  it('is checked with the same hash that the database made, whatever an entry holds', async () => {
    const workspaceId = await newWorkspace();
    const hostile = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            '"',
            '\\',
            '\\u0041',
            '/',
            '\u007f',
            '\u2028',
            '\u2029',
            '\ufeff',
            '😀',
            'é',
            "'",
            ', ',
          ),
          fc.integer({ min: 1, max: 0x1f }).map((unit) => String.fromCharCode(unit)),
          fc.string({ unit: 'binary', maxLength: 4 }).map((text) => text.replaceAll('\0', '')),
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join(''));
    const optional = fc.option(hostile, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          name: hostile,
          identity: hostile,
          credential: hostile,
          address: hostile,
          requestId: hostile,
        }),
        fc.record({ action: hostile, target: hostile, service: optional, environment: optional }),
        fc.dictionary(hostile, fc.oneof(hostile, fc.double(), fc.constant('\0\ud800'))),
        async (fields, { service, environment, ...record }, detail) => {
          const places = {
            ...(service === undefined ? {} : { service }),
            ...(environment === undefined ? {} : { environment }),
          };
          await write(actorOf(workspaceId, fields), { ...record, ...places, detail });
        },
      ),
      { numRuns: 300 },
    );
    const [result] = await verified({ workspaceId, batchSize: 37 });
    expect(result?.broken).toBeUndefined();
    expect(result?.end).toEqual(await store.head(workspaceId));
    expect(result?.end.number).toBe(300);
  });

  it('has no gaps although many write at once, and each workspace has its own', async () => {
    const [one, other] = await Promise.all([newWorkspace(), newWorkspace()]);
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        write(
          actorOf(index % 3 === 0 ? other : one, { requestId: `r${index}` }),
          { action: 'a.first', target: 't' },
          { action: 'a.second', target: 't', outcome: 'refused' },
        ),
      ),
    );
    const entries = await wholeHistory(one);
    expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    // Entries of one transaction lie together, in the order in which they were noted.
    for (let index = 0; index < entries.length; index += 2) {
      const [first, second] = entries.slice(index, index + 2);
      expect(first).toMatchObject({ action: 'a.first', outcome: 'done', requestId: second?.requestId });
      expect(second).toMatchObject({ action: 'a.second', outcome: 'refused', previousHash: first?.hash });
    }
    expect(await verified({ workspaceId: one })).toMatchObject([{ broken: undefined, end: { number: 80 } }]);
    expect(await verified({ workspaceId: other })).toMatchObject([
      { broken: undefined, end: { number: 40 } },
    ]);
  });

  it('is read as it stood when the check began', async () => {
    const workspaceId = await newWorkspace();
    await write(actorOf(workspaceId), ...Array.from({ length: 10 }, () => ({ action: 'a', target: 't' })));
    let hasWritten = false;
    const checking = verifyAudit(owner, {
      workspaceId,
      batchSize: 3,
      onProgress: () => {
        if (!hasWritten) written = write(actorOf(workspaceId), { action: 'late', target: 't' });
        hasWritten = true;
      },
    });
    let written: Promise<void> | undefined;
    const { value } = await checking.next();
    expect(value).toMatchObject({ broken: undefined, end: { number: 10 } });
    await checking.next();
    await written;
    expect(await verified({ workspaceId })).toMatchObject([{ end: { number: 11 } }]);
  });

  it('is not written when the transaction is taken back, and leaves no gap then', async () => {
    const workspaceId = await newWorkspace();
    await write(actorOf(workspaceId), { action: 'a', target: 't' });
    await expect(
      runSqlMutation(database, actorOf(workspaceId), async (mutation) => {
        mutation.audit({ action: 'b', target: 't' });
        await mutation.sql.query('select 1 / 0');
      }),
    ).rejects.toThrow();
    await write(actorOf(workspaceId), { action: 'c', target: 't' });
    expect((await wholeHistory(workspaceId)).map(({ number, action }) => [number, action])).toEqual([
      [1, 'a'],
      [2, 'c'],
    ]);
  });

  it('says so when there is nothing to check', async () => {
    await expect(verified({ workspaceId: 'nobody' })).rejects.toThrow('no workspace nobody');
  });
});

describe('the application', () => {
  it.each([
    'update audit_entries set actor = actor',
    'delete from audit_entries',
    'truncate audit_entries',
    `update audit_heads set number = 0`,
    'delete from audit_heads',
    `insert into audit_heads (workspace_id, number, hash) values ('x', 0, '')`,
    'alter table audit_entries disable trigger all',
    'drop trigger append_to_audit_chain on audit_entries',
    'alter table audit_entries disable row level security',
    `set session_replication_role = 'replica'`,
  ])('may not: %s', async (statement) => {
    const workspaceId = await newWorkspace();
    await write(actorOf(workspaceId), { action: 'a', target: 't' });
    await expect(database.within(workspaceId).sql.query(statement)).rejects.toThrow(
      /permission denied|must be owner/,
    );
  });

  it('cannot choose the number, the hash or the place of an entry', async () => {
    const workspaceId = await newWorkspace();
    await database.within(workspaceId).sql.query(
      `insert into audit_entries (workspace_id, number, actor, request_id, action, target, previous_hash, hash)
       values ($1, 77, 'a', 'r', 'a', 't', 'x', 'y')`,
      [workspaceId],
    );
    expect(await verified({ workspaceId })).toMatchObject([{ broken: undefined, end: { number: 1 } }]);
  });
});

describe('a list', () => {
  it('goes page by page, newest first, while entries are added', async () => {
    const workspaceId = await newWorkspace();
    await write(actorOf(workspaceId), ...Array.from({ length: 7 }, () => ({ action: 'a', target: 't' })));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.list(workspaceId, {}, EVERYTHING, { limit: 3, cursor });
      seen.push(...page.items.map(({ number }) => number));
      cursor = page.nextCursor ?? undefined;
      await write(actorOf(workspaceId), { action: 'meanwhile', target: 't' });
    } while (cursor !== undefined);
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('is narrowed by what is asked for', async () => {
    const workspaceId = await newWorkspace();
    const byAnn = { name: 'user:ann', identity: 'user:1', via: 'session', credential: 's1' } as const;
    await write(actorOf(workspaceId), { action: 'token.create', target: 'token:1' });
    await write(actorOf(workspaceId), { action: 'tokens', target: 'token:1' });
    await nextMillisecond();
    await write(actorOf(workspaceId, byAnn), {
      action: 'token.revoke',
      target: 'token:1',
      outcome: 'refused',
    });
    await write(actorOf(workspaceId, byAnn), {
      action: 'version.publish',
      target: 'document:orders/prod',
      service: 'orders',
      environment: 'prod',
    });
    const [, , third] = await wholeHistory(workspaceId);
    const numbers = async (filter: Parameters<AuditStore['list']>[1]) =>
      (await store.list(workspaceId, filter, EVERYTHING, PAGE)).items.map(({ number }) => number);
    expect(await numbers({ action: 'token.' })).toEqual([3, 1]);
    expect(await numbers({ action: 'token.create' })).toEqual([1]);
    expect(await numbers({ action: 'token' })).toEqual([]);
    expect(await numbers({ actor: 'user:ann' })).toEqual([4, 3]);
    expect(await numbers({ identity: 'user:1', action: 'version.' })).toEqual([4]);
    expect(await numbers({ credential: 't-1' })).toEqual([2, 1]);
    expect(await numbers({ outcome: 'refused' })).toEqual([3]);
    expect(await numbers({ target: 'token:1' })).toEqual([3, 2, 1]);
    expect(await numbers({ service: 'orders', environment: 'prod' })).toEqual([4]);
    expect(await numbers({ service: 'orders', environment: 'dev' })).toEqual([]);
    expect(await numbers({ from: third?.at })).toEqual([4, 3]);
    expect(await numbers({ to: third?.at })).toEqual([2, 1]);
  });

  it('shows who may see a part the entries of that part alone', async () => {
    const workspaceId = await newWorkspace();
    const at = (service?: string, environment?: string): AuditRecord => ({
      action: 'a',
      target: 't',
      ...(service === undefined ? {} : { service }),
      ...(environment === undefined ? {} : { environment }),
    });
    await write(
      actorOf(workspaceId),
      at(),
      at('a'),
      at('a', 'dev'),
      at('a', 'prod'),
      at('b', 'dev'),
      at(undefined, 'dev'),
    );
    const numbers = async (...scopes: Parameters<AuditStore['list']>[2]) =>
      (await store.list(workspaceId, {}, scopes, PAGE)).items.map(({ number }) => number).toReversed();
    expect(await numbers(...EVERYTHING)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await numbers({ services: ['a'], environments: [] })).toEqual([2, 3, 4]);
    expect(await numbers({ services: [], environments: ['dev'] })).toEqual([3, 5, 6]);
    expect(await numbers({ services: ['a'], environments: ['dev'] })).toEqual([3]);
    expect(
      await numbers({ services: ['a'], environments: ['dev'] }, { services: ['b'], environments: [] }),
    ).toEqual([3, 5]);
    expect(await numbers()).toEqual([]);
    const another = await newWorkspace();
    expect((await store.list(another, {}, EVERYTHING, PAGE)).items).toEqual([]);
  });
});
