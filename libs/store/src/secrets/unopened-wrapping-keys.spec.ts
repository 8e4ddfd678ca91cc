import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { type Database, openDatabase } from '../database.js';
import { runSqlMutation } from '../mutation.js';
import { DataKeyStore } from './data-key-store.js';
import { readKeyRing } from './key-ring.js';
import { findUnopenedWrappingKeys } from './unopened-wrapping-keys.js';

const key = () => randomBytes(32).toString('base64');
const OLD = `old:${key()}`;
const NEW = `new:${key()}`;

let spec: SpecDatabase;
let database: Database;
beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

const unopenedBy = (ring: string) => findUnopenedWrappingKeys(database, readKeyRing(ring));

it('names the keys of all workspaces that the ring lacks, or has other bytes for', async () => {
  expect(await unopenedBy(`other:${key()}`)).toEqual([]);
  for (const [workspaceId, ring] of [
    ['one', OLD],
    ['two', NEW],
    ['three', NEW],
  ] as const) {
    await spec.query('insert into workspaces (id, name) values ($1, $1)', [workspaceId]);
    const store = new DataKeyStore(readKeyRing(ring));
    await runSqlMutation(database, { ...specActor(), workspaceId }, async (mutation) => {
      await store.make(mutation.sql, workspaceId);
    });
  }
  expect(await unopenedBy(`${NEW},${OLD}`)).toEqual([]);
  expect(await unopenedBy(NEW)).toEqual(['old']);
  expect(await unopenedBy(`other:${key()}`)).toEqual(['new', 'old']);
  expect(await unopenedBy(`new:${key()},${OLD}`)).toEqual(['new']);
});
