import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { AccountDatabase } from '../../../../test/harness/account-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runInstallationMutation } from '../mutation.js';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { auditAccount, auditAs } from './account-audit.js';

let accounts: AccountDatabase<Database, Mutation>;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  for (const user of ['ann', 'ben']) await accounts.addUser(user);
  for (let number = 10; number < 35; number++) {
    await accounts.spec.query('insert into workspaces (id, name) values ($1, $1)', [`w-${number}`]);
    for (const user of ['ann', 'ben']) await accounts.addMember(`w-${number}`, user);
  }
});
afterAll(() => accounts.drop());

async function entries(action: string) {
  return accounts.spec.query<{ workspace_id: string; number: string; hash: string; recomputed: string }>(
    'select a.*, audit_entry_hash(a) as recomputed from audit_entries a where action = $1 order by workspace_id, number',
    [action],
  );
}

it('tells at most twenty of the workspaces of a person, and that of the actor', async () => {
  const actor = specActor({ workspaceId: 'harbour', name: 'user:op', address: '192.0.2.3' });
  const record = { action: 'one', target: 'user:ann', outcome: 'refused', detail: { n: 1 } } as const;
  expect(await accounts.change((mutation) => auditAccount(mutation, actor, 'ann', record), actor)).toBe(21);
  const found = await entries('one');
  expect(found).toHaveLength(21);
  expect(found.map((entry) => entry.workspace_id)).toContain('harbour');
  for (const entry of found) {
    expect(entry).toMatchObject({
      actor: 'user:op',
      address: '192.0.2.3',
      outcome: 'refused',
      target: 'user:ann',
      detail: '{"n":1}',
    });
    expect(entry.hash).toBe(entry.recomputed);
  }
});

it('tells nobody when the actor is nowhere and the person belongs to nothing', async () => {
  const actor = specActor({ workspaceId: '' });
  await accounts.addUser('lone');
  const record = { action: 'two', target: 'x' };
  expect(await accounts.change((mutation) => auditAccount(mutation, actor, 'lone', record), actor)).toBe(0);
  expect(await entries('two')).toEqual([]);
});

it('keeps the chains of many workspaces whole while many write to them', async () => {
  await Promise.all(
    Array.from({ length: 12 }, (_, number) =>
      accounts.change((mutation) =>
        auditAccount(mutation, specActor(), number % 2 === 0 ? 'ann' : 'ben', {
          action: 'three',
          target: 'x',
        }),
      ),
    ),
  );
  const found = await entries('three');
  expect(found).toHaveLength(12 * 21);
  const [broken] = await accounts.spec.query<{ count: number }>(
    `select count(*)::int as count from (
       select hash, previous_hash, lag(hash, 1, '') over (partition by workspace_id order by number) as before
       from audit_entries) a where previous_hash <> before`,
  );
  expect(broken?.count).toBe(0);
});

it('writes for another actor than the one that began, to his workspace alone', async () => {
  const other = specActor({ workspaceId: 'w-10', name: 'user:late', credential: 's-9' });
  await accounts.change((mutation) => auditAs(mutation, other, { action: 'four', target: 'x' }));
  expect(await entries('four')).toMatchObject([
    { workspace_id: 'w-10', actor: 'user:late', credential: 's-9' },
  ]);
});
