import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { AccountDatabase } from '../../../../test/harness/account-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runInstallationMutation } from '../mutation.js';
import { InvitationStore } from './invitation-store.js';

let accounts: AccountDatabase<Database, Mutation>;
let invitations: InvitationStore;
let count = 0;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  invitations = new InvitationStore(accounts.database);
});
afterAll(() => accounts.drop());

async function invite(workspaceId = 'harbour'): Promise<{ id: string; hash: string }> {
  const hash = `hash-${++count}`;
  const grants = [{ role: 'viewer', services: [], environments: [], permissions: [] }];
  const { id } = await accounts.change(
    (mutation) => invitations.insert(mutation, { email: 'ann@example.org', grants, hash }),
    { workspaceId },
  );
  return { id, hash };
}

it('is found by its hash, with the workspace that it leads to, for a week', async () => {
  const { id, hash } = await invite();
  const found = await invitations.findOpen(hash);
  expect(found).toMatchObject({
    id,
    workspaceId: 'harbour',
    workspaceName: 'Harbour',
    createdBy: 'token:spec',
  });
  const lifeMs = (found?.expiresAt.getTime() ?? 0) - Date.now();
  expect(lifeMs / 3_600_000).toBeCloseTo(7 * 24, 0);
  expect(await invitations.findOpen('hash-of-none')).toBeUndefined();
});

it('is found by who answers for it, while it waits', async () => {
  const mine = await invite();
  const used = await invite();
  await invite('default');
  await accounts.spec.query('update invitations set accepted_at = now() where id = $1', [used.id]);
  await accounts.spec.query("update invitations set created_by_identity = 'user:eve' where id = any($1)", [
    [mine.id, used.id],
  ]);
  await invite();
  const openOf = (identity: string) =>
    accounts.change((mutation) => invitations.openOf(mutation, identity), { workspaceId: 'harbour' });
  expect((await openOf('user:eve')).map(({ id }) => id)).toEqual([mine.id]);
  expect((await openOf('token:t-1')).length).toBeGreaterThan(0);
  expect(await openOf('user:nobody')).toEqual([]);
});

it('is found by the person it is for, while it waits', async () => {
  await accounts.spec.query("insert into workspaces (id, name) values ('jetty', 'Jetty')");
  const [mine, used] = [await invite('jetty'), await invite('jetty')];
  await accounts.spec.query('update invitations set accepted_at = now() where id = $1', [used.id]);
  const openFor = (email: string, workspaceId = 'jetty') =>
    accounts.change((mutation) => invitations.openFor(mutation, email), { workspaceId });
  expect((await openFor('ann@example.org')).map(({ id }) => id)).toEqual([mine.id]);
  expect(await openFor('bob@example.org')).toEqual([]);
  expect((await openFor('ann@example.org', 'harbour')).map(({ id }) => id)).not.toContain(mine.id);
});

it.each([
  ['accepted', 'update invitations set accepted_at = now() where id = $1'],
  ['taken back', 'update invitations set revoked_at = now() where id = $1'],
  ['expired', "update invitations set expires_at = now() - interval '1 second' where id = $1"],
])('is neither found nor accepted once it is %s', async (_what, change) => {
  const { id, hash } = await invite();
  await accounts.spec.query(change, [id]);
  expect(await invitations.findOpen(hash)).toBeUndefined();
  expect(await accounts.change((mutation) => invitations.accept(mutation, id))).toBe(false);
});

it('leads into no workspace that is archived', async () => {
  await accounts.spec.query("insert into workspaces (id, name, archived_at) values ('sunk', 'Sunk', now())");
  const { id, hash } = await invite('sunk');
  expect(await invitations.findOpen(hash)).toBeUndefined();
  expect(await accounts.change((mutation) => invitations.accept(mutation, id))).toBe(false);
});

it('is accepted by one of many who come at the same moment', async () => {
  const { id } = await invite();
  const accepted = await Promise.all(
    Array.from({ length: 8 }, () => accounts.change((mutation) => invitations.accept(mutation, id))),
  );
  expect(accepted.filter(Boolean)).toHaveLength(1);
});

it('is listed, counted and taken back in its own workspace alone', async () => {
  await accounts.spec.query("insert into workspaces (id, name) values ('quay', 'Quay')");
  const ids = [(await invite('quay')).id, (await invite('quay')).id, (await invite('quay')).id];
  const first = await invitations.list('quay', { limit: 2 });
  const second = await invitations.list('quay', { limit: 2, cursor: first.nextCursor ?? undefined });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
  const revoke = (workspaceId: string) =>
    accounts.change((mutation) => invitations.revoke(mutation, ids[0] ?? ''), { workspaceId });
  expect(await revoke('harbour')).toBe(false);
  expect(await revoke('quay')).toBe(true);
  expect(await revoke('quay')).toBe(false);
  const open = (workspaceId: string) =>
    accounts.change((mutation) => invitations.countOpen(mutation), { workspaceId });
  expect(await open('quay')).toBe(2);
  await accounts.spec.query("update invitations set expires_at = now() - interval '91 days' where id = $1", [
    ids[0],
  ]);
  await invite('quay');
  expect((await invitations.list('quay', { limit: 9 })).items.map(({ id }) => id)).not.toContain(ids[0]);
});
