import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { EnvironmentStore } from '../environments/environment-store.js';
import { runInstallationMutation, runMutation } from '../mutation.js';
import { WorkspaceStore } from './workspace-store.js';

let spec: SpecDatabase;
let database: Database;
let workspaces: WorkspaceStore;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  workspaces = new WorkspaceStore(database);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

const create = async (name: string) =>
  (await runInstallationMutation(database, specActor(), (mutation) => workspaces.create(mutation, name)))
    .answer;

test('a new workspace has the first environments, and an id of its own though the name be taken', async () => {
  const [one, other] = [await create('Team'), await create('Team')];
  expect(one).toMatchObject({ name: 'Team', archivedAt: null });
  expect(other.id).not.toBe(one.id);
  expect(await workspaces.find(one.id)).toEqual(one);
  const environments = await new EnvironmentStore(database).list(one.id);
  expect(environments.map(({ name }) => name)).toEqual(['dev', 'staging', 'prod']);
});

test('only an installation mutation can make one', async () => {
  const within = runMutation(database, specActor(), (mutation) => workspaces.create(mutation, 'Mine'));
  await expect(within).rejects.toThrow();
});

test('is renamed and archived by those in it, and then neither again', async () => {
  const { id } = await create('Before');
  const actor = specActor({ workspaceId: id });
  const rename = (name: string) =>
    runMutation(database, actor, (mutation) => workspaces.rename(mutation, name));
  const archive = () => runMutation(database, actor, (mutation) => workspaces.archive(mutation));
  expect((await rename('After')).answer).toMatchObject({ id, name: 'After' });
  expect((await archive()).answer?.archivedAt).toBeInstanceOf(Date);
  expect((await archive()).answer).toBeUndefined();
  expect((await rename('Again')).answer).toBeUndefined();
  expect(await workspaces.find(id)).toMatchObject({ name: 'After', archivedAt: expect.any(Date) as Date });
  expect(await workspaces.find('default')).toMatchObject({ archivedAt: null });
});
