import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { AccountDatabase } from '../../../../test/harness/account-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runInstallationMutation } from '../mutation.js';
import { PasswordResetStore } from './password-reset-store.js';

let accounts: AccountDatabase<Database, Mutation>;
let resets: PasswordResetStore;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  resets = new PasswordResetStore(accounts.database);
});
afterAll(() => accounts.drop());

const create = (userId: string, hash: string) =>
  accounts.change((mutation) => resets.insert(mutation, userId, hash));

it('holds for an hour, in place of those before', async () => {
  const userId = await accounts.addUser('ann');
  await create(userId, 'older');
  const { expiresAt } = await create(userId, 'newer');
  expect((expiresAt.getTime() - Date.now()) / 60_000).toBeCloseTo(60, 0);
  expect(await resets.findOpen('older')).toBeUndefined();
  expect(await resets.findOpen('newer')).toMatchObject({ userId, email: 'ann@example.org' });
  await accounts.change((mutation) => resets.clear(mutation, userId));
  expect(await resets.findOpen('newer')).toBeUndefined();
});

it('is used by one of many who come at the same moment', async () => {
  await create(await accounts.addUser('ben'), 'of-ben');
  const id = (await resets.findOpen('of-ben'))?.id ?? '';
  const used = await Promise.all(
    Array.from({ length: 8 }, () => accounts.change((mutation) => resets.use(mutation, id))),
  );
  expect(used.filter(Boolean)).toHaveLength(1);
  expect(await resets.findOpen('of-ben')).toBeUndefined();
});

it.each([
  [
    'its time is over',
    "update password_resets set expires_at = now() - interval '1 second' where user_id = $1",
  ],
  ['its person is disabled', 'update users set disabled_at = now() where id = $1'],
])('is not found when %s', async (why, change) => {
  const userId = await accounts.addUser(`cleo ${why}`.replaceAll(' ', '-'));
  await create(userId, `hash ${why}`);
  await accounts.spec.query(change, [userId]);
  expect(await resets.findOpen(`hash ${why}`)).toBeUndefined();
});
