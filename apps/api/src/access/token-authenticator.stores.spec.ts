import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type Database, openDatabase, runMutation, TokenStore } from '@binnacle/store';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { specActor } from '../../../../test/harness/spec-actor.js';
import type { Environment } from '../environment.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { TokenUsage } from './token-usage.js';

const ADMIN_TOKEN = 'an-admin-token-for-specs';
const actor = specActor();
let spec: SpecDatabase;
let database: Database;
let tokens: TokenStore;
let usage: TokenUsage;
let authenticator: TokenAuthenticator;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  tokens = new TokenStore(database);
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});
beforeEach(() => {
  usage = new TokenUsage(tokens);
  authenticator = new TokenAuthenticator({ adminToken: ADMIN_TOKEN } as Environment, tokens, usage);
});
afterEach(() => usage.onModuleDestroy());

async function create(secret: string, expiresAt: Date | null = null): Promise<string> {
  const hash = createHash('sha256').update(secret).digest('hex');
  const scope = { services: [], environments: [], permissions: [] };
  const { answer } = await runMutation(database, actor, (mutation) =>
    tokens.insert(mutation, {
      name: 'ci',
      role: 'viewer',
      ...scope,
      hash,
      lastFour: secret.slice(-4),
      expiresAt,
      identity: undefined,
      rotatedFrom: null,
    }),
  );
  return answer.id;
}

test('knows on a connection what it looked up, until it is told to forget', async () => {
  const id = await create('secret-one');
  const [connection, other] = [{}, {}];
  const header = 'Bearer secret-one';
  expect(authenticator.known(connection, header)).toBeUndefined();
  expect(await authenticator.authenticate('secret-one')).toMatchObject({
    credentialId: id,
    identity: `token:${id}`,
    grants: [{ role: 'viewer' }],
  });
  for (const each of [connection, connection, other])
    expect(authenticator.known(each, header)).toMatchObject({ credentialId: id });

  expect(authenticator.known(connection, 'Bearer another-one')).toBeUndefined();
  expect(authenticator.known(connection, undefined)).toBeUndefined();

  await runMutation(database, actor, (mutation) => tokens.revoke(mutation, id));
  authenticator.forget(({ credentialId }) => credentialId === id);
  expect(authenticator.known(connection, header)).toBeUndefined();
  expect(await authenticator.authenticate('secret-one')).toBeUndefined();
  expect(authenticator.known(connection, header)).toBeUndefined();
});

test('forgets those that are concerned, and no others', async () => {
  const [gone, stays] = [await create('secret-gone'), await create('secret-stays')];
  const [first, second] = [{}, {}];
  for (const secret of ['secret-gone', 'secret-stays']) await authenticator.authenticate(secret);
  expect(authenticator.known(first, 'Bearer secret-gone')).toBeDefined();
  expect(authenticator.known(second, 'Bearer secret-stays')).toBeDefined();
  const before = authenticator.asOf;
  authenticator.forget(({ credentialId }) => credentialId === gone);
  expect(authenticator.asOf).toBeGreaterThan(before);
  for (const connection of [first, {}])
    expect(authenticator.known(connection, 'Bearer secret-gone')).toBeUndefined();
  for (const connection of [second, {}])
    expect(authenticator.known(connection, 'Bearer secret-stays')).toMatchObject({ credentialId: stays });
});

test('does not keep what was being looked up when it was told to forget', async () => {
  const id = await create('secret-under-way');
  const underWay = authenticator.authenticate('secret-under-way');
  authenticator.forget(() => false);
  await underWay;
  expect(authenticator.known({}, 'Bearer secret-under-way')).toBeUndefined();
  await runMutation(database, actor, (mutation) => tokens.revoke(mutation, id));
  expect(await authenticator.authenticate('secret-under-way')).toBeUndefined();
});

test('knows a token on its connection again once it was looked up again', async () => {
  await create('secret-again');
  const connection = {};
  const header = 'Bearer secret-again';
  await authenticator.authenticate('secret-again');
  expect(authenticator.known(connection, header)).toBeDefined();
  authenticator.forget(() => true);
  expect(authenticator.known(connection, header)).toBeUndefined();
  await authenticator.authenticate('secret-again');
  expect(authenticator.known(connection, header)).toBeDefined();
});

test('does not know a token past its expiry, though it was looked up before', async () => {
  const soon = new Date(Date.now() + 300);
  await create('secret-two', soon);
  expect(await authenticator.authenticate('secret-two')).toBeDefined();
  const connection = {};
  expect(authenticator.known(connection, 'Bearer secret-two')).toBeDefined();
  await expect.poll(() => authenticator.known(connection, 'Bearer secret-two')).toBeUndefined();
});

test('knows the admin token by itself, and nobody else by a part of it', async () => {
  expect(authenticator.known({}, `Bearer ${ADMIN_TOKEN}`)).toMatchObject({
    isOperator: true,
    identity: 'admin-token',
    grants: [{ role: 'admin' }],
  });
  expect(await authenticator.authenticate(ADMIN_TOKEN.slice(0, -1))).toBeUndefined();
});

test('notes when a token was used, and not that of a workspace that was archived', async () => {
  const id = await create('secret-three');
  const lastUsedAt = async () => (await tokens.find('default', id))?.lastUsedAt;
  expect(await lastUsedAt()).toBeNull();
  await authenticator.authenticate('secret-three');
  await usage.flush();
  const first = await lastUsedAt();
  expect(first).toBeInstanceOf(Date);

  // Another process, within the same minute.
  const other = new TokenUsage(tokens);
  other.note(id);
  await other.onModuleDestroy();
  expect(await lastUsedAt()).toEqual(first);

  await spec.query("update workspaces set archived_at = now() where id = 'default'");
  authenticator.forget(() => true);
  expect(await authenticator.authenticate('secret-three')).toBeUndefined();
  expect((await authenticator.stillValid([id])).size).toBe(0);
  await spec.query("update workspaces set archived_at = null where id = 'default'");
});
