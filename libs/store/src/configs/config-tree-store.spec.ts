import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { type Mutation, runMutation } from '../mutation.js';
import { ServiceStore } from '../services/service-store.js';
import type { ConfigTree } from './config-tree.js';
import { ConfigTreeStore } from './config-tree-store.js';

const actor = specActor();
let spec: SpecDatabase;
let database: Database;
let store: ConfigTreeStore;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  store = new ConfigTreeStore(database);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});
beforeEach(async () => {
  await spec.query('delete from service_includes');
});

const run = <Answer>(work: (mutation: Mutation) => Promise<Answer>) =>
  runMutation(database, actor, work).then(({ answer }) => answer);

async function addServices(...names: string[]): Promise<void> {
  for (const name of names) {
    await spec.query(
      `insert into services (workspace_id, name, kind) values ('default', $1, 'shared') on conflict do nothing`,
      [name],
    );
  }
}

const include = (mutation: Mutation, service: string, included: string) =>
  mutation.tx.serviceInclude.create({ data: { workspaceId: 'default', service, included, position: 0 } });

async function publish(service: string, layer: string): Promise<void> {
  await run(async (mutation) => {
    const version = {
      format: 'json',
      source: '{}',
      canonical: '{"a":1}',
      hash: `hash-${service}`,
      message: '',
    };
    await store.save(mutation, [{ service, layer, number: 1, ...version }], [], '');
  });
}

function shape(tree: ConfigTree | undefined) {
  return (
    tree && {
      affected: tree.affected.map(({ name }) => name),
      sources: [...tree.sources].map(([name, { includes, documents }]) => [
        name,
        includes,
        [...documents.keys()],
      ]),
    }
  );
}

test('a service that is alone is read as one of a family is', async () => {
  await addServices('alone');
  await publish('alone', 'base');
  const expected = { affected: ['alone'], sources: [['alone', [], ['base']]] };
  expect(shape(await run((mutation) => store.lock(mutation, 'alone')))).toEqual(expected);
  expect(shape(await store.read('default', 'alone'))).toEqual(expected);
  const tree = await store.read('default', 'alone');
  expect(tree?.environments).toEqual(['dev', 'staging', 'prod']);
  expect(tree?.documents.get('alone/base')).toEqual({
    version: 1,
    hash: 'hash-alone',
    canonical: '{"a":1}',
    characters: 7,
  });
});

test('texts that are more than was asked for are only measured', async () => {
  await addServices('has-one', 'with-two');
  await publish('with-two', 'base');
  await publish('with-two', 'dev');
  await run((mutation) => include(mutation, 'has-one', 'with-two'));
  const whole = await store.read('default', 'with-two', 14);
  expect(whole).toMatchObject({ hasTexts: true, bytes: 14 });
  for (const measured of [
    await store.read('default', 'with-two', 13),
    await run((mutation) => store.lock(mutation, 'with-two', 13)),
  ]) {
    expect(measured).toMatchObject({ hasTexts: false, bytes: 14 });
    expect(shape(measured)).toEqual(shape(whole));
    const document = measured?.documents.get('with-two/dev');
    expect(document).toMatchObject({ version: 1, hash: 'hash-with-two', characters: 7 });
    expect(() => document?.canonical).toThrow('without its texts');
  }
});

test('revisions keep their own contents, also more of them than one statement takes', async () => {
  await addServices('first', 'second', 'third');
  const contents = { first: 'a', second: 'b', third: 'a' };
  const revisions = Object.entries(contents).flatMap(([service, letter]) =>
    ['dev', 'prod'].map((environment) => ({
      service,
      environment,
      revision: 1,
      canonical: `{"key":"${letter.repeat(9_000_000)}"}`,
      hash: letter,
      layers: { [`${service}/base`]: 1 },
      secrets: {},
      references: [],
      faults: [],
      isLive: false,
      supersedes: false,
      isReleased: true,
    })),
  );
  await run((mutation) => store.save(mutation, [], revisions, 'large'));
  const rows = await spec.query(
    `select r.service, r.environment, r.hash, length(content) as length, substr(content, 9, 1) as letter, h.revision
     from revisions r join config_heads h using (workspace_id, service, environment) where message = 'large'
     order by 1, 2`,
  );
  expect(rows).toEqual(
    revisions.map(({ service, environment, hash, canonical: { length } }) => ({
      service,
      environment,
      hash,
      length,
      letter: hash,
      revision: 1,
    })),
  );
});

test('nothing is there for a name that nobody has, or that another workspace has', async () => {
  await addServices('ours');
  expect(await run((mutation) => store.lock(mutation, 'nobody'))).toBeUndefined();
  const other = await runMutation(database, { ...actor, workspaceId: 'other' }, (mutation) =>
    store.lock(mutation, 'ours'),
  );
  expect(other.answer).toBeUndefined();
});

test('who includes a service is affected by it, and brings along what else it includes', async () => {
  await addServices('top', 'middle', 'low', 'other');
  for (const [service, included] of [
    ['top', 'middle'],
    ['middle', 'low'],
    ['top', 'other'],
  ] as const)
    await run((mutation) => include(mutation, service, included));
  const tree = await run((mutation) => store.lock(mutation, 'low'));
  expect(tree?.affected.map(({ name }) => name)).toEqual(['low', 'middle', 'top']);
  expect([...(tree?.sources.keys() ?? [])].sort()).toEqual(['low', 'middle', 'other', 'top']);
});

test('sees an include that was added while it waited for the lock', async () => {
  await addServices('shared-one', 'user-one');
  const isLocked = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const including = run(async (mutation) => {
    await store.lock(mutation, 'shared-one');
    await include(mutation, 'user-one', 'shared-one');
    isLocked.resolve();
    await mayEnd.promise;
  });
  await isLocked.promise;
  const waiting = run((mutation) => store.lock(mutation, 'shared-one'));
  await expect
    .poll(() => spec.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`))
    .toHaveLength(1);
  mayEnd.resolve();
  await including;
  expect(shape(await waiting)?.affected).toEqual(['shared-one', 'user-one']);
});

test('changes of includes never wait for each other in a circle', async () => {
  const names = ['loop-a', 'loop-b', 'loop-c', 'loop-d', 'loop-e'];
  await addServices(...names);
  const services = new ServiceStore(database);
  let begun = 0;
  const changeIncludes = (round: number) =>
    run(async (mutation) => {
      begun += 1;
      const from = round % names.length;
      const name = names[from] ?? '';
      // Only what comes later in the alphabet: no circles of includes, but of locks if they had no order.
      const includes = names.filter((_name, index) => index > from && (round >> index) % 2 === 0);
      await store.lockToInclude(mutation, name, includes);
      await services.findLocked(mutation, name);
      await services.replaceIncludes(mutation, name, includes);
      await store.lock(mutation, name);
    });
  const rounds = 60;
  const every4th = async (first: number) => {
    for (let round = first; round < rounds; round += 4) await changeIncludes(round);
  };
  await Promise.all([0, 1, 2, 3].map(every4th));
  // A transaction that was ended because of a deadlock is begun again.
  expect(begun).toBe(rounds);
});
