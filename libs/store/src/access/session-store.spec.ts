import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { AccountDatabase } from '../../../../test/harness/account-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runInstallationMutation } from '../mutation.js';
import { SessionStore } from './session-store.js';

let accounts: AccountDatabase<Database, Mutation>;
let sessions: SessionStore;
let count = 0;
let userId: string;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  sessions = new SessionStore(accounts.database);
});
afterAll(() => accounts.drop());
beforeEach(async () => {
  userId = await accounts.addUser(`user-${++count}`);
});

const open = (hash: string, workspaceId: string | null = null, address = '192.0.2.1') =>
  accounts.change((mutation) =>
    sessions.insert(mutation, { userId, hash, workspaceId, address, userAgent: 'spec' }),
  );
const query = (text: string, ...values: unknown[]) => accounts.spec.query(text, values);

it('is found with its person and what he may do where it looks', async () => {
  const grants = [{ role: 'viewer', services: [], environments: [], permissions: [] }];
  await accounts.addMember('harbour', userId, grants);
  const { id } = await open(`h-${userId}`, 'harbour');
  expect(await sessions.findOpen(`h-${userId}`)).toMatchObject({
    id,
    userId,
    email: `${userId}@example.org`,
    isOperator: false,
    isDue: false,
    workspaceId: 'harbour',
    grants,
  });
  expect(await sessions.findOpen('h-of-nobody')).toBeUndefined();
});

it.each([
  ['it was revoked', 'update sessions set revoked_at = now() where user_id = $1'],
  ['its time is over', "update sessions set expires_at = now() - interval '1 second' where user_id = $1"],
  [
    'it was silent',
    "update sessions set last_seen_at = now() - interval '12 hours 1 second' where user_id = $1",
  ],
  ['its person is disabled', 'update users set disabled_at = now() where id = $1'],
])('is not found when %s', async (_why, change) => {
  await open(`h-${userId}`);
  expect(await sessions.findOpen(`h-${userId}`)).toBeDefined();
  await query(change, userId);
  expect(await sessions.findOpen(`h-${userId}`)).toBeUndefined();
});

it('looks at no workspace that its person left or that was archived', async () => {
  await query('insert into workspaces (id, name) values ($1, $1)', `own-${userId}`);
  const workspaceId = `own-${userId}`;
  await open(`h-${userId}`, workspaceId);
  const where = async () => {
    const found = await sessions.findOpen(`h-${userId}`);
    return { workspaceId: found?.workspaceId, grants: found?.grants };
  };
  const nowhere = { workspaceId: null, grants: [] };
  expect(await where()).toEqual(nowhere);
  await accounts.addMember(workspaceId, userId, [{ role: 'admin' }]);
  expect(await where()).toEqual({ workspaceId, grants: [{ role: 'admin' }] });
  await query('update workspaces set archived_at = now() where id = $1', workspaceId);
  expect(await where()).toEqual(nowhere);
});

it('is noted as seen at most once a minute', async () => {
  const { id } = await open(`h-${userId}`);
  const age = async () => {
    const [row] = await accounts.spec.query<{ seconds: number }>(
      'select extract(epoch from now() - last_seen_at)::float as seconds from sessions where id = $1',
      [id],
    );
    return row?.seconds;
  };
  const setAge = (interval: string) =>
    query(`update sessions set last_seen_at = now() - interval '${interval}' where id = $1`, id);
  await setAge('50 seconds');
  expect(await sessions.findOpen(`h-${userId}`)).toMatchObject({ isDue: false });
  await sessions.touch(id);
  expect(await age()).toBeGreaterThan(49);
  await setAge('61 seconds');
  expect(await sessions.findOpen(`h-${userId}`)).toMatchObject({ isDue: true });
  await sessions.touch(id);
  expect(await age()).toBeLessThan(49);
});

it('is listed to its person, page by page and newest first, while it is open', async () => {
  const ids: string[] = [];
  for (let number = 0; number < 3; number++) ids.push((await open(`h-${userId}-${number}`)).id);
  const ended = (await open(`h-${userId}-ended`)).id;
  await accounts.change((mutation) => sessions.revoke(mutation, userId, ended));
  const first = await sessions.list(userId, { limit: 2 });
  const second = await sessions.list(userId, { limit: 2, cursor: first.nextCursor ?? undefined });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
  expect(second.nextCursor).toBeNull();
  expect((await sessions.list('user-of-nobody', { limit: 2 })).items).toEqual([]);
});

it('ends once, and only for its own person', async () => {
  const { id } = await open(`h-${userId}`);
  const revoke = (owner: string) => accounts.change((mutation) => sessions.revoke(mutation, owner, id));
  expect(await revoke('user-1')).toBe(userId === 'user-1');
  expect(await revoke(userId)).toBe(userId !== 'user-1');
  expect(await revoke(userId)).toBe(false);
});

it.each([
  ['rotated', 'the time it has left', 1],
  ['renewed', 'its full time', 7 * 24],
] as const)('that is %s goes on with another secret and %s', async (how, _time, hours) => {
  const { id } = await open(`h-${userId}`);
  await query("update sessions set expires_at = now() + interval '1 hour' where id = $1", id);
  const { expiresAt } = await accounts.change((mutation) =>
    how === 'rotated'
      ? sessions.rotate(mutation, id, `n-${userId}`)
      : sessions.renew(mutation, id, `n-${userId}`),
  );
  expect((expiresAt.getTime() - Date.now()) / 3_600_000).toBeCloseTo(hours, 1);
  expect(await sessions.findOpen(`h-${userId}`)).toBeUndefined();
  expect(await sessions.findOpen(`n-${userId}`)).toMatchObject({ id });
});

it('ends with all others of its person, but for one', async () => {
  const { id } = await open(`h-${userId}-kept`);
  for (let number = 0; number < 3; number++) await open(`h-${userId}-${number}`);
  expect(await accounts.change((mutation) => sessions.revokeAll(mutation, userId, id))).toBe(3);
  expect((await sessions.list(userId, { limit: 9 })).items.map((session) => session.id)).toEqual([id]);
  expect(await accounts.change((mutation) => sessions.revokeAll(mutation, userId))).toBe(1);
});

it('is one of fifty at most: the oldest ends', async () => {
  const first = await open(`h-${userId}-0`, 'harbour');
  for (let number = 1; number < 50; number++) expect((await open(`h-${userId}-${number}`)).ended).toEqual([]);
  expect((await open(`h-${userId}-50`)).ended).toEqual([{ id: first.id, workspaceId: 'harbour' }]);
  expect(await sessions.findOpen(`h-${userId}-0`)).toBeUndefined();
  expect(await sessions.findOpen(`h-${userId}-1`)).toBeDefined();
});

it('tells from where its person has signed in, and is cleared away after a month', async () => {
  await open(`h-${userId}`, null, '192.0.2.9');
  const email = `${userId}@example.org`;
  expect(await sessions.hasSignedInFrom(email, '192.0.2.9')).toBe(true);
  expect(await sessions.hasSignedInFrom(email, '192.0.2.8')).toBe(false);
  expect(await sessions.hasSignedInFrom('nobody@example.org', '192.0.2.9')).toBe(false);
  await query("update sessions set expires_at = now() - interval '31 days' where user_id = $1", userId);
  await open(`n-${userId}`, null, '192.0.2.8');
  expect(await sessions.hasSignedInFrom(email, '192.0.2.9')).toBe(false);
  expect(await query('select id from sessions where user_id = $1', userId)).toHaveLength(1);
});

it('remembers the workspace that was looked at last, while its person belongs there', async () => {
  for (const workspaceId of ['default', 'harbour']) await accounts.addMember(workspaceId, userId);
  expect(await sessions.lastWorkspaceOf(userId)).toBeUndefined();
  await open(`h-${userId}-1`, 'default');
  const { id } = await open(`h-${userId}-2`, null);
  expect(await sessions.lastWorkspaceOf(userId)).toBe('default');
  await accounts.change((mutation) => sessions.chooseWorkspace(mutation, id, 'harbour'));
  expect(await sessions.lastWorkspaceOf(userId)).toBe('harbour');
  await query("delete from members where workspace_id = 'harbour' and user_id = $1", userId);
  expect(await sessions.lastWorkspaceOf(userId)).toBeUndefined();
});
