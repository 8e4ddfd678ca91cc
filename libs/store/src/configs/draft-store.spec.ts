import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { runSqlMutation, type SqlMutation } from '../mutation.js';
import { ConfigTreeStore } from './config-tree-store.js';
import { DocumentStore } from './document-store.js';
import { DocumentTagStore } from './document-tag-store.js';
import { DraftStore } from './draft-store.js';

const WORKSPACE = 'default';
const ann = specActor({ name: 'user:ann', identity: 'user:ann' });
const bob = specActor({ name: 'user:bob', identity: 'user:bob' });
const EVERYTHING = [{ services: [], environments: [] }];

let spec: SpecDatabase;
let database: Database;
let drafts: DraftStore;
let tags: DocumentTagStore;
let documents: DocumentStore;
let trees: ConfigTreeStore;
let service: string;
let count = 0;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  drafts = new DraftStore(database);
  tags = new DocumentTagStore(database);
  documents = new DocumentStore(database);
  trees = new ConfigTreeStore(database);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});
beforeEach(async () => {
  service = await newService();
});

async function newService(): Promise<string> {
  const name = `service-${(count += 1)}`;
  await spec.query(`insert into services (workspace_id, name, kind) values ('default', $1, 'service')`, [
    name,
  ]);
  return name;
}

const place = (layer = 'base') => ({ service, layer });
const run = async <Answer>(work: (mutation: SqlMutation) => Promise<Answer>, actor = ann) =>
  (await runSqlMutation(database, actor, work)).answer;
const by = ({ name, identity }: { name: string; identity: string }) => ({ name, identity });
const content = (source: string, baseVersion = 0) => ({
  baseVersion,
  format: 'yaml',
  source,
  message: 'why',
});

async function begin(layer = 'base', source = 'a: ü'): Promise<string> {
  const etag = await run((mutation) => drafts.insert(mutation, place(layer), content(source), [by(ann)]));
  if (etag === undefined) throw new Error('there was a draft');
  return etag;
}

async function publish(number: number, contributors = [{ name: 'user:bob', identity: 'user:bob' }]) {
  const version = {
    ...place(),
    number,
    format: 'json',
    source: '{}',
    canonical: '{}',
    hash: `hash-${number}`,
    message: '',
    contributors,
    change: number === 1 ? undefined : { added: 1, changed: 2, removed: 3 },
  };
  await run((mutation) => trees.save(mutation, [version], [], ''));
}

it('keeps one draft of a document, with who began it', async () => {
  const etag = await begin();
  expect(await drafts.find(WORKSPACE, place())).toMatchObject({
    ...place(),
    etag,
    source: 'a: ü',
    bytes: 5,
    format: 'yaml',
    message: 'why',
    baseVersion: 0,
    publishedVersion: 0,
    author: 'user:ann',
    contributors: [{ name: 'user:ann', identity: 'user:ann' }],
  });
  const second = await run((mutation) => drafts.insert(mutation, place(), content('b: 1'), [by(bob)]), bob);
  expect(second).toBeUndefined();
  expect(await drafts.find(WORKSPACE, place('prod'))).toBeUndefined();
});

it('saves over a locked draft, and tells what is published by then', async () => {
  const etag = await begin();
  await publish(1);
  const both = [ann, bob].map(({ name, identity }) => ({ name, identity }));
  const next = await run(async (mutation) => {
    const locked = await drafts.lock(mutation, place());
    if (locked === undefined) throw new Error('no draft');
    expect(locked).toMatchObject({ etag, publishedVersion: 1 });
    return drafts.update(mutation, locked, content('b: 2', 1), both);
  }, bob);
  expect(next).not.toBe(etag);
  expect(await drafts.find(WORKSPACE, place())).toMatchObject({
    etag: next,
    source: 'b: 2',
    baseVersion: 1,
    author: 'user:bob',
    contributors: both,
  });
});

it('gives those who wait for a draft what was saved before them', async () => {
  await begin();
  const saves = Array.from({ length: 8 }, (_, index) =>
    run(async (mutation) => {
      const locked = await drafts.lock(mutation, place());
      if (locked === undefined) throw new Error('no draft');
      await drafts.update(mutation, locked, content(`${locked.source}\n${index}: x`), locked.contributors);
    }),
  );
  await Promise.all(saves);
  const found = await drafts.find(WORKSPACE, place());
  const lines = found?.source.split('\n').slice(1).toSorted();
  expect(lines).toEqual(Array.from({ length: 8 }, (_, index) => `${index}: x`));
});

it('keeps what a draft was when it ends, for that document alone', async () => {
  const ended: string[] = [];
  for (const outcome of ['discarded', 'published'] as const) {
    await begin('base', `outcome: ${outcome}`);
    const id = await run(async (mutation) => {
      const locked = await drafts.lock(mutation, place());
      if (locked === undefined) throw new Error('no draft');
      return drafts.end(mutation, locked, outcome, outcome === 'published' ? 7 : null);
    }, bob);
    ended.unshift(id);
  }
  expect(await drafts.find(WORKSPACE, place())).toBeUndefined();
  const first = await drafts.listEnded(WORKSPACE, place(), { limit: 1 });
  const rest = await drafts.listEnded(WORKSPACE, place(), { limit: 5, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ended);
  expect(first.items[0]).toMatchObject({
    outcome: 'published',
    version: 7,
    author: 'user:ann',
    endedBy: 'user:bob',
  });
  expect(rest.nextCursor).toBeNull();
  const [newest = ''] = ended;
  expect(await drafts.findEnded(WORKSPACE, place(), newest)).toMatchObject({ source: 'outcome: published' });
  expect(await drafts.findEnded(WORKSPACE, place('prod'), newest)).toBeUndefined();
  expect(await drafts.findEnded('other', place(), newest)).toBeUndefined();
});

it('lists drafts by document, page by page, within what the scopes allow', async () => {
  const [first, second] = [service, await newService()];
  for (const layer of ['base', 'prod']) await begin(layer);
  service = second;
  for (const layer of ['base', 'dev']) await begin(layer);
  const among = async (scopes: { services: string[]; environments: string[] }[], filter = {}) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await drafts.list(WORKSPACE, { scopes, ...filter }, { limit: 1, cursor });
      found.push(...page.items.map((item) => `${item.service}/${item.layer}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found.filter((name) => [first, second].some((own) => name.startsWith(`${own}/`)));
  };
  const all = [`${first}/base`, `${first}/prod`, `${second}/base`, `${second}/dev`];
  expect(await among(EVERYTHING)).toEqual(all);
  expect(await among([])).toEqual([]);
  expect(await among([{ services: [first], environments: [] }])).toEqual(all.slice(0, 2));
  expect(await among([{ services: [], environments: ['dev'] }])).toEqual([all[0], all[2], all[3]]);
  expect(await among(EVERYTHING, { service: second })).toEqual(all.slice(2));
  expect(await among(EVERYTHING, { layer: 'base' })).toEqual([all[0], all[2]]);
});

it('knows of a place whether it can be written to', async () => {
  await publish(1);
  await spec.query(`insert into environments (workspace_id, name, position) values ('default', 'spec', 90)
    on conflict do nothing`);
  const at = (layer: string) => run((mutation) => drafts.place(mutation, place(layer)));
  expect(await at('base')).toEqual({ isArchived: false, hasEnvironment: false, publishedVersion: 1 });
  expect(await at('spec')).toEqual({ isArchived: false, hasEnvironment: true, publishedVersion: 0 });
  await spec.query('update services set archived_at = now() where name = $1', [service]);
  expect(await at('base')).toMatchObject({ isArchived: true });
  expect(await run((mutation) => drafts.place(mutation, { service: 'none', layer: 'base' }))).toBeUndefined();
});

it('puts tags on versions, moves them and takes them off', async () => {
  await publish(1);
  await publish(2);
  const standing = (tag: string, version: number) =>
    run((mutation) => tags.lock(mutation, place(), tag, version));
  expect(await standing('known-good', 1)).toEqual({ hasVersion: true, tags: 0, taggedVersion: null });
  expect(await standing('known-good', 3)).toMatchObject({ hasVersion: false });
  for (const [tag, version] of [
    ['known-good', 1],
    ['before-sale', 1],
    ['known-good', 2],
  ] as const)
    expect(await run((mutation) => tags.put(mutation, place(), tag, version), bob)).toMatchObject({
      tag,
      version,
      author: 'user:bob',
    });
  expect(await standing('known-good', 1)).toEqual({ hasVersion: true, tags: 2, taggedVersion: 2 });
  const first = await tags.list(WORKSPACE, place(), { limit: 1 });
  const rest = await tags.list(WORKSPACE, place(), { limit: 1, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...rest.items].map(({ tag, version }) => `${tag} ${version}`)).toEqual([
    'before-sale 1',
    'known-good 2',
  ]);
  expect(await tags.find(WORKSPACE, place(), 'known-good')).toMatchObject({ version: 2 });
  expect(await tags.find('other', place(), 'known-good')).toBeUndefined();
  await expect(run((mutation) => tags.put(mutation, place(), 'gone', 9))).rejects.toThrow(/foreign key/);
  expect(await run((mutation) => tags.delete(mutation, place(), 'known-good'))).toMatchObject({ version: 2 });
  expect(await run((mutation) => tags.delete(mutation, place(), 'known-good'))).toBeUndefined();
});

it('lists versions with their tags, contributors and the size of the change', async () => {
  await publish(1, []);
  await publish(2);
  for (const tag of ['b', 'a']) await run((mutation) => tags.put(mutation, place(), tag, 2));
  const { items } = await documents.list(WORKSPACE, service, 'base', { limit: 5 });
  expect(items).toMatchObject([
    {
      number: 2,
      tags: ['a', 'b'],
      contributors: [{ name: 'user:bob', identity: 'user:bob' }],
      change: { added: 1, changed: 2, removed: 3 },
    },
    { number: 1, tags: [], contributors: [], change: null },
  ]);
  expect(await documents.find(WORKSPACE, service, 'base')).toMatchObject({ number: 2, tags: ['a', 'b'] });
  expect(await documents.find(WORKSPACE, service, 'base', 1)).toMatchObject({ number: 1, content: '{}' });
  expect(await documents.find(WORKSPACE, service, 'base', 3)).toBeUndefined();
  expect(await documents.find(WORKSPACE, service, 'prod')).toBeUndefined();
});

it('keeps the newest that were discarded, and who saved them', async () => {
  const end = (outcome: 'published' | 'discarded') =>
    run(async (mutation) => {
      const locked = await drafts.lock(mutation, place());
      if (locked === undefined) throw new Error('no draft');
      return drafts.end(mutation, locked, outcome, null);
    }, bob);
  const writersOf = (source: string, layer = 'base') =>
    run((mutation) => drafts.writersOfDiscarded(mutation, place(layer), source), bob);
  await begin('base', 'published: 1');
  const published = await end('published');
  await begin('base', 'first: 1');
  const first = await end('discarded');
  expect(await writersOf('first: 1')).toEqual([by(ann)]);
  expect(await writersOf('first: 1', 'prod')).toEqual([]);
  expect(await writersOf('first: 1 ')).toEqual([]);
  expect(await writersOf('published: 1')).toEqual([]);
  for (let index = 0; index < 50; index++) {
    await begin('base', `a: ${index}`);
    await end('discarded');
  }
  expect(await drafts.findEnded(WORKSPACE, place(), first)).toBeUndefined();
  expect(await drafts.findEnded(WORKSPACE, place(), published)).toBeDefined();
  expect(await writersOf('a: 0')).toEqual([by(ann)]);
});
