import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { specActor } from '../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../test/harness/spec-database.js';
import { type Database, openDatabase } from './database.js';
import {
  type Actor,
  IdempotencyMismatch,
  RunAgain,
  runMutation,
  runSqlMutation,
  type SqlMutation,
} from './mutation.js';

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

const actor = specActor();
const withKey = (key: string, fingerprint = 'f'): Actor => ({ ...actor, idempotency: { key, fingerprint } });

async function addService(mutation: SqlMutation, name: string): Promise<{ name: string }> {
  await mutation.sql.query(
    `insert into services (workspace_id, name, kind) values ('default', $1::text, 'service')`,
    [name],
  );
  mutation.audit({ action: 'service.register', target: `service:${name}`, detail: { name } });
  mutation.announce({ kind: 'revision', workspaceId: 'default', service: name, environment: 'prod' });
  return { name };
}

async function traces(name: string) {
  const [row] = await spec.query<{ services: number; audits: number; changes: number }>(
    `select (select count(*)::int from services where name = $1) as services,
      (select count(*)::int from audit_entries where target = 'service:' || $1) as audits,
      (select count(*)::int from changes where service = $1) as changes`,
    [name],
  );
  return row;
}

async function lastNumber(): Promise<string> {
  const [row] = await spec.query<{ number: string }>(
    `select coalesce(max(number), 0)::text as number from audit_entries where workspace_id = 'default'`,
  );
  return row?.number ?? '0';
}

describe.each([
  ['runMutation', runMutation],
  ['runSqlMutation', runSqlMutation],
] as const)('%s', (kind, run) => {
  const named = (name: string): string => `${name}-${kind.toLowerCase()}`;

  test('takes back what asked to be run again, gets it what it needs, and holds no connection meanwhile', async () => {
    const name = named('run-twice');
    let isReady = false;
    const open = () =>
      spec.query(`select 1 from pg_stat_activity where datname = current_database()
        and state like 'idle in transaction%'`);
    const result = await run(database, actor, async (mutation) => {
      const answer = await addService(mutation, name);
      if (isReady) return answer;
      throw new RunAgain(async () => {
        expect(await open()).toEqual([]);
        expect(await traces(name)).toEqual({ services: 0, audits: 0, changes: 0 });
        isReady = true;
      });
    });
    expect(result.answer).toEqual({ name });
    expect(await traces(name)).toEqual({ services: 1, audits: 1, changes: 1 });
  });

  test('fails as what it needs fails', async () => {
    const attempt = run(database, actor, () => {
      throw new RunAgain(() => Promise.reject(new Error('there is none')));
    });
    await expect(attempt).rejects.toThrow('there is none');
  });

  test('writes the change, its audit entry and its notice together', async () => {
    const { answer, changes } = await run(database, actor, (mutation) => addService(mutation, named('one')));
    expect(answer).toEqual({ name: named('one') });
    expect(changes).toHaveLength(1);
    expect(await traces(named('one'))).toEqual({ services: 1, audits: 1, changes: 1 });
  });

  test('leaves no trace of a change that failed', async () => {
    const failing = run(database, actor, async (mutation) => {
      await addService(mutation, named('failed'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await traces(named('failed'))).toEqual({ services: 0, audits: 0, changes: 0 });
  });

  test('answers the same request with the same key from memory, with one effect, also side by side', async () => {
    const once = () =>
      run(database, withKey(named('k-1')), (mutation) => addService(mutation, named('once')));
    const results = await Promise.all(Array.from({ length: 6 }, once));
    expect(results.map(({ answer }) => answer)).toEqual(
      Array.from({ length: 6 }, () => ({ name: named('once') })),
    );
    expect(results.filter(({ changes }) => changes.length > 0)).toHaveLength(1);
    expect(await traces(named('once'))).toEqual({ services: 1, audits: 1, changes: 1 });
  });

  test('refuses another request with a used key', async () => {
    await run(database, withKey(named('k-2')), (mutation) => addService(mutation, named('first')));
    await expect(
      run(database, withKey(named('k-2'), 'other'), (mutation) => addService(mutation, named('second'))),
    ).rejects.toBeInstanceOf(IdempotencyMismatch);
    expect(await traces(named('second'))).toEqual({ services: 0, audits: 0, changes: 0 });
  });

  test('does not remember the key of a request that failed', async () => {
    await expect(run(database, withKey(named('k-3')), () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    const { answer } = await run(database, withKey(named('k-3')), (mutation) =>
      addService(mutation, named('again')),
    );
    expect(answer).toEqual({ name: named('again') });
  });

  test('tries again after a deadlock', async () => {
    const lock = async (mutation: SqlMutation, names: readonly string[], meet: () => Promise<void>) => {
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
      run(database, actor, (mutation) => lock(mutation, ['dev', 'prod'], meet)),
      run(database, actor, (mutation) => lock(mutation, ['prod', 'dev'], meet)),
    ]);
    expect(results.map(({ answer }) => answer)).toEqual([2, 2]);
    expect(attempts).toBeGreaterThan(4);
  });

  test('writes its audit entries in their order, each with all that is known of it', async () => {
    const began = await lastNumber();
    await run(database, { ...actor, requestId: 'r-2' }, async (mutation) => {
      mutation.audit({ action: 'a', target: 't', service: 's', environment: 'e', detail: { b: 1, a: [2] } });
      for (let index = 0; index < 20; index++)
        mutation.audit({ action: 'b', target: `${index}`, outcome: 'refused' });
    });
    const [first, ...others] = await spec.query<Record<string, unknown>>(
      `select actor, identity, via, credential, address, request_id, outcome, action, target, service, environment,
        detail from audit_entries where number > $1 order by number`,
      [began],
    );
    const { name, identity, via, credential, address } = actor;
    const by = { actor: name, identity, via, credential, address, request_id: 'r-2' };
    const about = { outcome: 'done', action: 'a', target: 't', service: 's', environment: 'e' };
    expect(first).toEqual({ ...by, ...about, detail: '{"b":1,"a":[2]}' });
    expect(others.map(({ target }) => target)).toEqual(Array.from({ length: 20 }, (_, index) => `${index}`));
    expect(others[0]).toMatchObject({ outcome: 'refused', service: null, environment: null, detail: '{}' });
  });

  test('leaves no trace when what it notes at its end is refused', async () => {
    const elsewhere = run(database, actor, async (mutation) => {
      await addService(mutation, named('elsewhere'));
      mutation.announce({ kind: 'access', workspaceId: 'other', subject: '*' });
    });
    await expect(elsewhere).rejects.toThrow();
    expect(await traces(named('elsewhere'))).toEqual({ services: 0, audits: 0, changes: 0 });
    await run(database, actor, (mutation) => addService(mutation, named('elsewhere')));
    expect(await traces(named('elsewhere'))).toEqual({ services: 1, audits: 1, changes: 1 });
  });
});
