import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { AccountDatabase } from '../../../../test/harness/account-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runInstallationMutation } from '../mutation.js';
import { MemberStore } from './member-store.js';

const FULL = { role: 'admin', services: [], environments: [], permissions: [] };
let accounts: AccountDatabase<Database, Mutation>;
let members: MemberStore;
let workspaceId: string;
let count = 0;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  members = new MemberStore(accounts.database);
});
afterAll(() => accounts.drop());
beforeEach(async () => {
  workspaceId = `w-${++count}`;
  await accounts.spec.query('insert into workspaces (id, name) values ($1, $1)', [workspaceId]);
});

async function add(name: string, grants: readonly object[] = [FULL]): Promise<string> {
  const id = await accounts.addUser(`${name}-${workspaceId}`);
  await accounts.addMember(workspaceId, id, grants);
  return id;
}

it('lists the people of one workspace, page by page', async () => {
  const ids = [await add('a'), await add('b'), await add('c')];
  await accounts.addMember('harbour', await accounts.addUser(`elsewhere-${workspaceId}`));
  const first = await members.list(workspaceId, { limit: 2 });
  const second = await members.list(workspaceId, { limit: 2, cursor: first.nextCursor ?? undefined });
  expect([...first.items, ...second.items].map(({ userId }) => userId)).toEqual(ids);
  expect(first.items[0]).toMatchObject({ email: `${ids[0]}@example.org`, name: ids[0], grants: [FULL] });
  expect(second.nextCursor).toBeNull();
});

it('finds nobody by another workspace', async () => {
  const id = await add('a');
  expect(await members.find(workspaceId, id)).toMatchObject({ userId: id });
  expect(await members.find('harbour', id)).toBeUndefined();
  expect(await members.hasEmail(workspaceId, `${id}@example.org`)).toBe(true);
  expect(await members.hasEmail('harbour', `${id}@example.org`)).toBe(false);
});

it.each([
  ['administers all of it', [FULL], true],
  ['does so by the second of two grants', [{ ...FULL, role: 'viewer' }, FULL], true],
  ['does so for some services', [{ ...FULL, services: ['shop'] }], false],
  ['does so for some environments', [{ ...FULL, environments: ['dev'] }], false],
  ['is a publisher', [{ ...FULL, role: 'publisher' }], false],
  ['may do nothing', [], false],
])(
  'says of another one who %s whether the workspace can do without this one',
  async (_what, grants, expected) => {
    const [id, other] = [await add('self'), await add('other', grants)];
    const hasOther = () => accounts.change((mutation) => members.hasOtherAdmin(mutation, workspaceId, id));
    expect(await hasOther()).toBe(expected);
    await accounts.spec.query('update users set disabled_at = now() where id = $1', [other]);
    expect(await hasOther()).toBe(false);
  },
);

it('adds, changes and removes somebody, in one workspace', async () => {
  const id = await accounts.addUser(`new-${workspaceId}`);
  const viewer = { role: 'viewer', services: ['shop'], environments: [], permissions: [] };
  await accounts.change(async (mutation) => {
    for (const workspace of [workspaceId, 'harbour'])
      await members.insert(mutation, {
        workspaceId: workspace,
        userId: id,
        grants: [viewer],
        createdBy: 'user:ann',
      });
    await members.setGrants(mutation, workspaceId, id, [FULL]);
    expect(await members.countOf(mutation, id)).toBe(2);
    expect(await members.countOf(mutation, id, 'user:ben')).toBe(0);
    expect(await members.count(mutation, workspaceId)).toBe(1);
  });
  expect(await members.find(workspaceId, id)).toMatchObject({ grants: [FULL], createdBy: 'user:ann' });
  expect(await members.find('harbour', id)).toMatchObject({ grants: [viewer] });
  await accounts.change((mutation) => members.remove(mutation, workspaceId, id));
  expect(await members.find(workspaceId, id)).toBeUndefined();
  expect(await members.find('harbour', id)).toBeDefined();
});

it('tells the workspaces of a person that are not archived', async () => {
  const id = await add('a');
  await accounts.addMember('harbour', id, [FULL]);
  await accounts.spec.query(
    "update members set created_at = now() + interval '1 minute' where workspace_id = 'harbour'",
  );
  const names = async (limit: number) =>
    (await members.membershipsOf(id, limit)).map((one) => `${one.workspaceId} ${one.workspaceName}`);
  expect(await names(10)).toEqual([`${workspaceId} ${workspaceId}`, 'harbour Harbour']);
  expect(await names(1)).toHaveLength(1);
  await accounts.spec.query('update workspaces set archived_at = now() where id = $1', [workspaceId]);
  expect(await names(10)).toEqual(['harbour Harbour']);
});

it('makes two who would leave a workspace to one another wait for each other', async () => {
  const ids = [await add('a'), await add('b')];
  const leave = (id: string) =>
    accounts.change(async (mutation) => {
      await members.lock(mutation, workspaceId);
      if (!(await members.hasOtherAdmin(mutation, workspaceId, id))) return 'stays';
      await members.remove(mutation, workspaceId, id);
      return 'left';
    });
  expect((await Promise.all(ids.map(leave))).toSorted()).toEqual(['left', 'stays']);
});
