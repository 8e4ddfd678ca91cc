import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type SpecDatabase, createSpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { DocumentStore } from './document-store.js';

let spec: SpecDatabase;
let database: Database;
let documents: DocumentStore;
let service: string;
let count = 0;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  documents = new DocumentStore(database);
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

interface Written {
  readonly by: string;
  readonly content: object;
  readonly contributors?: readonly string[];
}

/** Versions of the overlay of dev, the first one first. */
async function write(...versions: readonly Written[]): Promise<void> {
  await spec.query(
    `insert into documents (workspace_id, service, layer, current_version) values ('default', $1, 'dev', $2)`,
    [service, versions.length],
  );
  for (const [index, { by, content, contributors = [] }] of versions.entries())
    await spec.query(
      `insert into document_versions (workspace_id, service, layer, number, format, source, content, hash, message,
         author, author_identity, contributors)
       values ('default', $1, 'dev', $2, 'json', '', $3, md5($3), '', $4, $4, $5)`,
      [
        service,
        index + 1,
        JSON.stringify(content),
        by,
        JSON.stringify(contributors.map((name) => ({ name, identity: name }))),
      ],
    );
}

/** What agents run in prod, or shall. */
async function runs(content: object): Promise<void> {
  await spec.query(
    `insert into config_heads (workspace_id, service, environment, revision, hash, released)
     values ('default', $1, 'prod', 3, '', 3)`,
    [service],
  );
  await spec.query(
    `insert into revisions (workspace_id, service, environment, number, content, hash, layers, message, author)
     values ('default', $1, 'prod', 3, $2, '', '[]', '', '')`,
    [service, JSON.stringify(content)],
  );
}

async function writersOf(version: number, ...paths: string[][]): Promise<string[]> {
  const into = { service, environment: 'prod' };
  const writers = await documents.writersOf('default', { service, layer: 'dev', version, into, paths });
  for (const { name, identity } of writers) expect(identity).toBe(name);
  return writers.map(({ name }) => name);
}

test('who changed a value since the other config said the same has written it', async () => {
  await runs({ limit: 1, pool: { min: 1, max: 2 } });
  await write(
    { by: 'ann', content: { limit: 7 } },
    { by: 'bob', content: { limit: 1 } },
    { by: 'carol', content: { limit: 8 }, contributors: ['dora'] },
    { by: 'eve', content: { limit: 8, pool: { max: 3 } } },
    { by: 'fred', content: { limit: 9, pool: { max: 3 } } },
    { by: 'gil', content: { limit: 10, pool: { max: 3 } } },
  );
  expect(await writersOf(5, ['limit'])).toEqual(['carol', 'dora', 'fred']);
  expect(await writersOf(6, ['pool', 'max'])).toEqual(['eve']);
  expect(await writersOf(6, ['pool', 'max'], ['limit'])).toEqual(['carol', 'dora', 'eve', 'fred', 'gil']);
  expect(await writersOf(6, ['pool', 'min'], ['missing'])).toEqual([]);
  expect(await writersOf(2, ['limit'])).toEqual([]);
  expect(await writersOf(1, [])).toEqual(['ann']);
});

test('a value begins where it was nothing, and who took it away did something as well', async () => {
  await runs({ limit: 1 });
  await write(
    { by: 'ann', content: { limit: 7, list: [1] } },
    { by: 'bob', content: { list: [1, 2] } },
    { by: 'carol', content: { limit: 7, list: [1, 2] } },
    { by: 'dora', content: { list: [] } },
    { by: 'eve', content: { pool: null } },
  );
  expect(await writersOf(3, ['limit'])).toEqual(['carol']);
  expect(await writersOf(4, ['limit'])).toEqual(['carol', 'dora']);
  expect(await writersOf(5, ['pool', 'max'])).toEqual(['eve']);
  expect(await writersOf(3, ['list'])).toEqual(['ann', 'bob']);
});

test('a version that came back is that of its first authors, too', async () => {
  await runs({ limit: 1 });
  await write(
    { by: 'ann', content: { limit: 7 }, contributors: ['dora'] },
    { by: 'bob', content: { limit: 1 } },
    { by: 'carol', content: { limit: 7 } },
  );
  expect(await writersOf(3, ['limit'])).toEqual(['ann', 'carol', 'dora']);
});

test('everybody has, where nothing is published yet; of another workspace nobody', async () => {
  await write({ by: 'ann', content: { limit: 7 } }, { by: 'bob', content: { limit: 8 } });
  expect(await writersOf(2, ['limit'])).toEqual(['ann', 'bob']);
  const into = { service, environment: 'prod' };
  const paths = [['limit']];
  expect(await documents.writersOf('other', { service, layer: 'dev', version: 2, into, paths })).toEqual([]);
});

test('of more versions than are read, all who wrote the older ones', async () => {
  await runs({ limit: 1 });
  await write({ by: 'ann', content: { limit: 7 } });
  await spec.query(
    `insert into document_versions (workspace_id, service, layer, number, format, source, content, hash, message,
       author, author_identity)
     select 'default', $1, 'dev', n, 'json', '', '{"limit":8,"other":' || n || '}', n::text, '', 'bob', 'bob'
     from generate_series(2, 600) n`,
    [service],
  );
  expect(await writersOf(500, ['limit'])).toEqual(['ann', 'bob']);
  expect(await writersOf(600, ['limit'])).toEqual(['ann', 'bob']);
  await spec.query(
    `update document_versions set content = '{"limit":1}' where service = $1 and number in (80, 120)`,
    [service],
  );
  expect(await writersOf(600, ['limit'])).toEqual(['bob']);
});
