import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createSpecDatabase, type SpecDatabase } from '../../../test/harness/spec-database.js';
import { type Database, openDatabase } from './database.js';
import { type Actor, IdempotencyMismatch, type Mutation, runMutation } from './mutation.js';

let spec: SpecDatabase;
let database: Database;
beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

const actor: Actor = { workspaceId: 'default', name: 'token:spec', requestId: 'r-1' };
const withKey = (key: string, fingerprint = 'f'): Actor => ({ ...actor, idempotency: { key, fingerprint } });

async function addService(mutation: Mutation, name: string): Promise<{ name: string }> {
  await mutation.tx.service.create({ data: { workspaceId: 'default', name, kind: 'service' } });
  mutation.audit({ action: 'service.register', target: `service:${name}`, detail: { name } });
  mutation.announce({ kind: 'revision', workspaceId: 'default', service: name, environment: 'prod' });
  return { name };
}

async function traces(name: string) {
  const [row] = await database.sql.query<{ services: number; audits: number; changes: number }>(
    `select (select count(*)::int from services where name = $1) as services,
      (select count(*)::int from audit_entries where target = 'service:' || $1) as audits,
      (select count(*)::int from changes where service = $1) as changes`,
    [name],
  );
  return row;
}

test('writes the change, its audit entry and its notice together', async () => {
  const { answer, changes } = await runMutation(database, actor, (mutation) => addService(mutation, 'one'));
  expect(answer).toEqual({ name: 'one' });
  expect(changes).toHaveLength(1);
  expect(await traces('one')).toEqual({ services: 1, audits: 1, changes: 1 });
});

test('leaves no trace of a change that failed', async () => {
  const failing = runMutation(database, actor, async (mutation) => {
    await addService(mutation, 'failed');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await traces('failed')).toEqual({ services: 0, audits: 0, changes: 0 });
});

test('answers the same request with the same key from memory, with one effect, also side by side', async () => {
  const run = () => runMutation(database, withKey('k-1'), (mutation) => addService(mutation, 'once'));
  const results = await Promise.all(Array.from({ length: 6 }, run));
  expect(results.map(({ answer }) => answer)).toEqual(Array.from({ length: 6 }, () => ({ name: 'once' })));
  expect(results.filter(({ changes }) => changes.length > 0)).toHaveLength(1);
  expect(await traces('once')).toEqual({ services: 1, audits: 1, changes: 1 });
});

test('refuses another request with a used key', async () => {
  await runMutation(database, withKey('k-2'), (mutation) => addService(mutation, 'first'));
  await expect(
    runMutation(database, withKey('k-2', 'other'), (mutation) => addService(mutation, 'second')),
  ).rejects.toBeInstanceOf(IdempotencyMismatch);
  expect(await traces('second')).toEqual({ services: 0, audits: 0, changes: 0 });
});

test('does not remember the key of a request that failed', async () => {
  await expect(runMutation(database, withKey('k-3'), () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
  const { answer } = await runMutation(database, withKey('k-3'), (mutation) => addService(mutation, 'again'));
  expect(answer).toEqual({ name: 'again' });
});

test('tries again after a deadlock', async () => {
  const lock = async (mutation: Mutation, names: readonly string[], meet: () => Promise<void>) => {
    for (const name of names) {
      await mutation.sql.query('select 1 from environments where name = $1 for update', [name]);
      await meet();
    }
    return names.length;
  };
  let attempts = 0;
  const both = Promise.withResolvers<void>();
  const meet = () => {
    attempts += 1;
    if (attempts >= 2) both.resolve();
    return both.promise;
  };
  const results = await Promise.all([
    runMutation(database, actor, (mutation) => lock(mutation, ['dev', 'prod'], meet)),
    runMutation(database, actor, (mutation) => lock(mutation, ['prod', 'dev'], meet)),
  ]);
  expect(results.map(({ answer }) => answer)).toEqual([2, 2]);
  expect(attempts).toBeGreaterThan(4);
});
