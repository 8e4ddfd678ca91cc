import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type SpecDatabase, createSpecDatabase } from '../../../../test/harness/spec-database.js';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { ConfigTreeStore, type Contributor, type NewRevision } from '../configs/config-tree-store.js';
import { RevisionStore } from '../configs/revision-store.js';
import { type Database, openDatabase } from '../database.js';
import { runSqlMutation, type SqlMutation } from '../mutation.js';
import { ApprovalStore } from './approval-store.js';

const ann = specActor({ name: 'user:ann', identity: 'user:ann' });
const bob = specActor({ name: 'user:bob', identity: 'user:bob' });
let spec: SpecDatabase;
let database: Database;
let approvals: ApprovalStore;
let trees: ConfigTreeStore;
let revisions: RevisionStore;
let service: string;
let count = 0;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  approvals = new ApprovalStore(database);
  trees = new ConfigTreeStore(database);
  revisions = new RevisionStore(database);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});
beforeEach(async () => {
  service = `service-${(count += 1)}`;
  await spec.query(`insert into services (workspace_id, name, kind) values ('default', $1, 'service')`, [
    service,
  ]);
});

const run = async <Answer>(work: (mutation: SqlMutation) => Promise<Answer>, actor = ann) =>
  runSqlMutation(database, actor, work);
const pair = () => ({ workspaceId: 'default', service, environment: 'prod' });

/** A document version and the revision it makes, as a publish does. */
async function publish(
  number: number,
  isReleased: boolean,
  actor = ann,
  effectiveHash = `hash-${number}`,
  contributors: readonly Contributor[] = [],
  hash = `hash-${number}`,
): Promise<string> {
  const canonical = `{"number":${number}}`;
  const document = {
    service,
    layer: 'prod',
    number,
    format: 'json',
    source: '{}',
    canonical,
    hash,
    message: '',
    contributors,
  };
  const revision: NewRevision = {
    service,
    environment: 'prod',
    revision: number,
    references: [],
    canonical,
    hash: effectiveHash,
    layers: { [`${service}/prod`]: number },
    secrets: {},
    faults: [],
    isLive: false,
    supersedes: true,
    isReleased,
  };
  const { answer } = await run(async (mutation) => {
    await trees.lock(mutation, service);
    await trees.save(mutation, [document], [revision], 'a change');
    await approvals.supersede(mutation, [pair()]);
    if (isReleased) return [''];
    return approvals.insert(mutation, [
      { service, environment: 'prod', revision: number, message: 'a change' },
    ]);
  }, actor);
  return answer[0] ?? '';
}

const lock = (id: string) => run((mutation) => approvals.lock(mutation, id)).then(({ answer }) => answer);

async function approve(id: string, actor = bob, state: 'approved' | 'rejected' = 'approved') {
  return run(async (mutation) => {
    const approval = await approvals.lock(mutation, id);
    if (approval?.state !== 'pending') return approval?.state;
    await approvals.decide(mutation, approval, state, 'fine');
    return 'done';
  }, actor);
}

test('a revision that waits is not what agents get, and is once it is approved', async () => {
  await publish(1, true);
  const id = await publish(2, false);
  expect(await revisions.newest(pair())).toMatchObject({ revision: 1, content: '{"number":1}' });
  expect((await revisions.list(pair(), { limit: 10 })).items.map(({ state }) => state)).toEqual([
    'awaiting_approval',
    'released',
  ]);
  const { answer, changes } = await approve(id);
  expect(answer).toBe('done');
  expect(changes).toEqual([
    { kind: 'approval', ...pair() },
    { kind: 'revision', ...pair() },
  ]);
  expect(await revisions.newest(pair())).toMatchObject({ revision: 2 });
  expect(await approvals.find('default', id)).toMatchObject({
    state: 'approved',
    author: 'user:ann',
    decidedBy: 'user:bob',
    comment: 'fine',
  });
  expect((await approve(id)).answer).toBe('approved');
});

test('a revision that waits is not announced', async () => {
  await publish(1, false);
  const changes = await spec.query(`select 1 from changes where service = $1 and kind = 'revision'`, [
    service,
  ]);
  expect(changes).toEqual([]);
  expect(await revisions.newest(pair())).toBeUndefined();
  expect(await revisions.hasWaiting(pair())).toBe(true);
});

test('whoever wrote a part of what waits is an author of it, until it is released', async () => {
  await publish(1, true);
  await publish(2, false, ann);
  const id = await publish(3, false, bob);
  expect((await lock(id))?.authors.map(({ identity }) => identity)).toEqual(['user:ann', 'user:bob']);
  await approve(id);
  const next = await publish(4, false, bob);
  expect((await lock(next))?.authors.map(({ identity }) => identity)).toEqual(['user:bob']);
  // Still so for the one that was approved.
  expect((await approvals.find('default', id))?.authors).toHaveLength(2);
});

test('whoever saved the draft that it was published from is an author, too', async () => {
  const [carol, dora] = ['user:carol', 'user:dora'].map((name) => ({ name, identity: name }));
  if (carol === undefined || dora === undefined) throw new Error('nobody');
  await publish(1, true, ann, 'hash-1', [dora]);
  await publish(2, false, ann, 'hash-2', [carol, dora]);
  const id = await publish(3, false, bob, 'hash-3', [carol]);
  const identities = (await lock(id))?.authors.map(({ identity }) => identity);
  expect(identities).toEqual(['user:ann', 'user:bob', 'user:carol', 'user:dora']);
  await approve(id, specActor({ name: 'user:eve', identity: 'user:eve' }));
  const next = await publish(4, false, bob, 'hash-4', [carol]);
  expect((await lock(next))?.authors).toEqual([{ name: 'user:bob', identity: 'user:bob' }, carol]);
});

test('a text from before the last approval that comes back unseen has its first authors as well', async () => {
  const [carol, dora] = ['user:carol', 'user:dora'].map((name) => specActor({ name, identity: name }));
  if (carol === undefined || dora === undefined) throw new Error('nobody');
  const { name, identity } = dora;
  await publish(1, true, bob);
  await approve(await publish(2, false, ann, 'hash-2', [{ name, identity }]), bob, 'rejected');
  await approve(await publish(3, false, carol), bob);
  const identitiesOf = async (id: string) => (await lock(id))?.authors.map((author) => author.identity);
  const returned = await publish(4, false, bob, 'hash-2', [], 'hash-2');
  expect(await identitiesOf(returned)).toEqual(['user:ann', 'user:bob', 'user:dora']);
  await approve(returned, carol);
  await approve(await publish(5, false, carol), bob);
  // Looked at meanwhile, though not as the version that ann wrote.
  expect(await identitiesOf(await publish(6, false, bob, 'hash-2', [], 'hash-2'))).toEqual(['user:bob']);
  // Live before there was protection.
  expect(await identitiesOf(await publish(7, false, carol, 'hash-1', [], 'hash-1'))).toEqual([
    'user:bob',
    'user:carol',
  ]);
});

test('a text that was only hidden when a revision was released has not been seen', async () => {
  const carol = specActor({ name: 'user:carol', identity: 'user:carol' });
  await publish(1, true, bob);
  await publish(2, false, ann);
  // Another layer hides it: agents run the same.
  await publish(3, true, bob, 'hash-1', [], 'hash-2');
  await approve(await publish(4, false, bob), carol);
  const id = await publish(5, false, bob, 'hash-2', [], 'hash-2');
  expect((await lock(id))?.authors.map(({ identity }) => identity)).toEqual(['user:ann', 'user:bob']);
});

test('what was released because agents ran it already is not what was looked at', async () => {
  await publish(1, true, bob);
  await publish(2, false, ann);
  // Another document, but the same effective config.
  await publish(3, true, bob, 'hash-1');
  const id = await publish(4, false, bob);
  const identitiesOf = async (approval: string) =>
    (await approvals.find('default', approval))?.authors.map(({ identity }) => identity);
  expect(await identitiesOf(id)).toEqual(['user:ann', 'user:bob']);
  await approve(id, specActor({ name: 'user:carol', identity: 'user:carol' }));
  expect(await identitiesOf(await publish(5, false, bob))).toEqual(['user:bob']);
});

test('only one waits for a service and environment', async () => {
  const first = await publish(1, false);
  const second = await publish(2, false);
  expect(await lock(first)).toMatchObject({ state: 'superseded', decidedBy: null });
  expect(await lock(second)).toMatchObject({ state: 'pending' });
  await expect(
    run((mutation) =>
      approvals.insert(mutation, [{ service, environment: 'prod', revision: 1, message: '' }]),
    ),
  ).rejects.toThrow();
});

test('the tree tells what waits, and what agents run meanwhile', async () => {
  await publish(1, true);
  expect((await trees.read('default', service))?.headOf(service, 'prod')?.release).toEqual({
    state: 'released',
  });
  const id = await publish(2, false);
  const release = {
    layers: { [`${service}/prod`]: 2 },
    live: { hash: 'hash-1', secrets: {} },
  };
  expect((await trees.read('default', service))?.headOf(service, 'prod')).toEqual({
    revision: 2,
    hash: 'hash-2',
    secrets: {},
    release: { state: 'waiting', ...release },
  });
  await approve(id, bob, 'rejected');
  expect((await trees.read('default', service))?.headOf(service, 'prod')?.release).toEqual({
    state: 'refused',
    ...release,
  });
});

test('the released revision can be put together from the documents it was made of', async () => {
  await publish(1, true);
  await publish(2, false);
  const documents = [{ service, layer: 'prod', version: 1, content: '{"number":1}' }];
  expect(await revisions.newestPinned(pair())).toMatchObject({ revision: 1, documents, isOrdered: true });
  // As it was kept before.
  await spec.query(`update revisions set layers = $2 where service = $1 and number = 1`, [
    service,
    JSON.stringify({ [`${service}/prod`]: 1 }),
  ]);
  expect(await revisions.newestPinned(pair())).toMatchObject({ revision: 1, documents, isOrdered: false });
  expect(await revisions.findReleasedBefore(pair(), 2)).toMatchObject({
    number: 1,
    layers: { [`${service}/prod`]: 1 },
  });
  expect(await revisions.findReleasedBefore(pair(), 1)).toBeUndefined();
});

test('a decision waits for a publish that is under way, and sees what it did', async () => {
  const id = await publish(1, false);
  const isLocked = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const publishing = run(async (mutation) => {
    await trees.lock(mutation, service);
    await approvals.supersede(mutation, [pair()]);
    isLocked.resolve();
    await mayEnd.promise;
  });
  await isLocked.promise;
  const deciding = approve(id);
  await expect
    .poll(() => spec.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`))
    .toHaveLength(1);
  mayEnd.resolve();
  await publishing;
  expect((await deciding).answer).toBe('superseded');
  expect(await revisions.newest(pair())).toBeUndefined();
});

test('lists newest first, by pages, within what may be seen', async () => {
  const ids = [await publish(1, false), await publish(2, false), await publish(3, false)];
  const filter = { service, scopes: [{ services: [], environments: [] }] };
  const first = await approvals.list('default', filter, { limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  const second = await approvals.list('default', filter, { limit: 2, cursor: first.nextCursor ?? '' });
  expect(second).toMatchObject({ items: [{ id: ids[0], state: 'superseded' }], nextCursor: null });
  const seen = async (scopes: { services: string[]; environments: string[] }[]) =>
    (await approvals.list('default', { service, state: 'pending', scopes }, { limit: 9 })).items.length;
  expect(await seen([{ services: [service], environments: ['dev'] }])).toBe(0);
  expect(await seen([{ services: ['other'], environments: [] }])).toBe(0);
  expect(await seen([])).toBe(0);
  const everything = { services: [], environments: [] };
  expect(await seen([{ services: ['other'], environments: [] }, everything])).toBe(1);
  expect(
    await seen([
      { services: ['other'], environments: [] },
      { services: [service], environments: ['prod'] },
    ]),
  ).toBe(1);
  expect((await approvals.list('other', filter, { limit: 9 })).items).toEqual([]);
  expect(await approvals.find('other', ids[2] ?? '')).toBeUndefined();
});
