import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import {
  type AuditRecord,
  type Change,
  type Database,
  InvitationStore,
  MemberStore,
  type Mutation,
  openDatabase,
  runInstallationMutation,
  TokenStore,
} from '@binnacle/store';
import type { Grant } from '@binnacle/contracts';
import { AccountDatabase } from '../../../../../test/harness/account-database.js';
import { Standing } from './standing.js';

const ADMIN: Grant = { role: 'admin', services: [], environments: [], permissions: [] };
const PUBLISHER: Grant = { ...ADMIN, role: 'publisher' };
const VIEWER: Grant = { ...ADMIN, role: 'viewer' };
let accounts: AccountDatabase<Database, Mutation>;
let tokens: TokenStore;
let invitations: InvitationStore;
let standing: Standing;
let userId: string;
let count = 0;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  tokens = new TokenStore(accounts.database);
  invitations = new InvitationStore(accounts.database);
  standing = new Standing(new MemberStore(accounts.database), tokens, invitations);
});
afterAll(() => accounts.drop());
beforeEach(async () => {
  userId = await accounts.addUser(`user-${++count}`);
  await accounts.addMember('harbour', userId, [PUBLISHER]);
});

const inHarbour = <Answer>(work: (mutation: Mutation) => Promise<Answer>, identity = `user:${userId}`) =>
  accounts.change(work, { workspaceId: 'harbour', identity });

/** By default one that the person answers for; with null, one that answers for itself. */
async function token(role: string, owner: string | null = `user:${userId}`): Promise<string> {
  const scope = { ...ADMIN, role, name: `${role} ${++count}`, expiresAt: null };
  const kept = { hash: `hash-${count}`, lastFour: 'last', identity: owner ?? undefined, rotatedFrom: null };
  return (await inHarbour((mutation) => tokens.insert(mutation, { ...scope, ...kept }))).id;
}

const invitation = async (grant: Grant, identity?: string) =>
  (
    await inHarbour(
      (mutation) =>
        invitations.insert(mutation, { email: 'a@example.org', grants: [grant], hash: `i-${++count}` }),
      identity,
    )
  ).id;

async function takeBack(held: readonly Grant[], reason: 'removed' | 'demoted') {
  const [audits, changes]: [AuditRecord[], Change[]] = [[], []];
  await inHarbour((mutation) =>
    standing.takeBack(
      {
        ...mutation,
        audit: (record) => audits.push(record),
        announce: (change) => changes.push(change),
      },
      userId,
      held,
      reason,
    ),
  );
  return { audits, changes };
}

it('ends whatever somebody gave who is not there any more, says why, and leaves what others gave', async () => {
  const mine = [await token('admin'), await token('viewer'), await token('agent')];
  const others = [await token('admin', 'user:somebody'), await token('admin', null)];
  const [invited, byOther] = [await invitation(VIEWER), await invitation(ADMIN, 'user:somebody')];
  const { audits, changes } = await takeBack([], 'removed');
  const valid = await tokens.findMany([...mine, ...others]);
  expect(valid.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id)).toEqual(others);
  expect(changes).toEqual(mine.map((tokenId) => ({ kind: 'token', workspaceId: 'harbour', tokenId })));
  expect(audits.map(({ action, target }) => `${action} ${target}`)).toEqual([
    ...mine.map((id) => `token.revoke token:${id}`),
    `invitation.revoke invitation:${invited}`,
  ]);
  for (const { detail } of audits)
    expect(detail).toMatchObject({ reason: 'removed', identity: `user:${userId}` });
  const { items } = await invitations.list('harbour', { limit: 100 });
  expect(items.find(({ id }) => id === invited)?.revokedAt).not.toBeNull();
  expect(items.find(({ id }) => id === byOther)?.revokedAt).toBeNull();
});

it('ends only what goes beyond what somebody may do now', async () => {
  const [admin, viewer] = [await token('admin'), await token('viewer')];
  const [asAdmin, asViewer] = [await invitation(ADMIN), await invitation(VIEWER)];
  const { audits } = await takeBack([VIEWER], 'demoted');
  expect(audits.map(({ target }) => target)).toEqual([`token:${admin}`, `invitation:${asAdmin}`]);
  expect(await tokens.find('harbour', viewer)).toMatchObject({ revokedAt: null });
  const { items } = await invitations.list('harbour', { limit: 100 });
  expect(items.find(({ id }) => id === asViewer)?.revokedAt).toBeNull();
});

it('asks what whoever answers may do now: a person, the tokens of an identity, or the installation', async () => {
  const mayGive = async (identity: string, grant: Grant) =>
    inHarbour((mutation) => standing.require(mutation, 'harbour', identity, [grant], 'no')).then(
      () => true,
      (error: unknown) => ((error as { code?: string }).code === 'forbidden' ? false : Promise.reject(error)),
    );
  expect(await mayGive(`user:${userId}`, VIEWER)).toBe(true);
  expect(await mayGive(`user:${userId}`, ADMIN)).toBe(false);
  await accounts.spec.query('delete from members where user_id = $1', [userId]);
  expect(await mayGive(`user:${userId}`, VIEWER)).toBe(false);

  const first = await token('admin', null);
  const identity = `token:${first}`;
  expect(await mayGive(identity, ADMIN)).toBe(true);
  const second = await token('publisher', identity);
  await inHarbour((mutation) => tokens.revoke(mutation, first));
  expect(await mayGive(identity, ADMIN)).toBe(false);
  expect(await mayGive(identity, VIEWER)).toBe(true);
  await inHarbour((mutation) => tokens.revoke(mutation, second));
  expect(await mayGive(identity, VIEWER)).toBe(false);

  expect(await mayGive('admin-token', ADMIN)).toBe(true);
  expect(await mayGive('', VIEWER)).toBe(false);
});
