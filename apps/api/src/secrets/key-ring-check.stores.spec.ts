import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { type Database, DataKeyStore, openDatabase, readKeyRing, runSqlMutation } from '@binnacle/store';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { readEnvironment } from '../environment.js';
import { KeyRingCheck } from './key-ring-check.js';

const OLD = randomBytes(32).toString('base64');
const NEW = randomBytes(32).toString('base64');

let spec: SpecDatabase;
let database: Database;
const warn = vi.spyOn(Logger.prototype, 'warn');
beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  const store = new DataKeyStore(readKeyRing(`old:${OLD}`));
  await runSqlMutation(database, specActor(), async (mutation) => {
    await store.make(mutation.sql, 'default');
  });
});
beforeEach(() => void warn.mockReset().mockImplementation(() => {}));
afterAll(async () => {
  warn.mockRestore();
  await database.close();
  await spec.drop();
});

function check(ring: string, on = database): Promise<void> {
  const environment = readEnvironment({
    DATABASE_URL: spec.connectionString,
    REDIS_URL: 'redis://cache',
    BINNACLE_ADMIN_TOKEN: 'disabled',
    BINNACLE_SECRETS_KEY: ring,
  });
  return new KeyRingCheck(on, environment).onApplicationBootstrap();
}

it('is silent when the ring opens what is in use', async () => {
  await check(`new:${NEW},old:${OLD}`);
  expect(warn).not.toHaveBeenCalled();
});

it('warns once, in one line that names ids and no key', async () => {
  await check(`new:${NEW}`);
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^BINNACLE_SECRETS_KEY holds new, and does not open .* wrapped with old: [^\n]*$/),
  );
  expect(String(warn.mock.calls)).not.toContain(NEW.slice(0, 10));
});

it('does not keep a process from starting when it cannot tell', async () => {
  const closed = openDatabase(spec.options);
  await closed.close();
  await check(`old:${OLD}`, closed);
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ err: expect.any(Error) }),
    expect.stringContaining('could not be checked'),
  );
});
