import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { AccountDatabase } from '../../../../test/harness/account-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runInstallationMutation } from '../mutation.js';
import { isUniqueViolation } from '../database-errors.js';
import { UserStore } from './user-store.js';

let accounts: AccountDatabase<Database, Mutation>;
let users: UserStore;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  users = new UserStore(accounts.database);
});
afterAll(() => accounts.drop());

const ann = { email: 'ann@example.org', name: 'Ann', passwordHash: '$argon2id$', isOperator: true };

it('makes the first account once, however many ask at the same moment', async () => {
  expect(await users.isEmpty()).toBe(true);
  const made = await Promise.all(
    Array.from({ length: 6 }, () =>
      accounts.change(async (mutation) => {
        if (!(await users.lockWhileEmpty(mutation))) return undefined;
        return users.insert(mutation, ann);
      }),
    ),
  );
  expect(made.filter((user) => user !== undefined)).toHaveLength(1);
  expect(await users.isEmpty()).toBe(false);
  expect(await users.findByEmail(ann.email)).toMatchObject(ann);
});

it('has one account for an e-mail, in lower case', async () => {
  const again = accounts.change((mutation) => users.insert(mutation, ann));
  await expect(again).rejects.toSatisfy(isUniqueViolation);
  await expect(
    accounts.change((mutation) => users.insert(mutation, { ...ann, email: 'Ann@example.org' })),
  ).rejects.toThrow('users_email_lower');
});

it('changes the password of one', async () => {
  const [{ id }, other] = [
    await accounts.change((mutation) => users.insert(mutation, { ...ann, email: 'ben@example.org' })),
    await users.findByEmail(ann.email),
  ];
  await accounts.change((mutation) => users.setPassword(mutation, id, 'new'));
  expect(await users.find(id)).toMatchObject({ email: 'ben@example.org', passwordHash: 'new' });
  expect(await users.find(other?.id ?? '')).toMatchObject({ passwordHash: ann.passwordHash });
  expect(await users.find('nobody')).toBeUndefined();
});
