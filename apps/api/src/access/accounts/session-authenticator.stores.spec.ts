import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import {
  type Change,
  SessionStore,
  type Database,
  type Mutation,
  openDatabase,
  runInstallationMutation,
} from '@binnacle/store';
import { AccountDatabase } from '../../../../../test/harness/account-database.js';
import type { ChangeBus, ChangeListener } from '../../changes/change-bus.js';
import type { Environment } from '../../environment.js';
import { makeSecret } from './one-time-secret.js';
import { OwnPages } from './own-pages.js';
import { type CookieRequest, SessionAuthenticator } from './session-authenticator.js';
import { csrfTokenOf } from './session-cookie.js';

const GRANT = { role: 'viewer', services: ['shop'], environments: [], permissions: [] };
const listeners: ChangeListener[] = [];
const tell = (change: Change) => Promise.all(listeners.map((listener) => listener(change)));
let accounts: AccountDatabase<Database, Mutation>;
let sessions: SessionStore;
let authenticator: SessionAuthenticator;
let secret: string;
let sessionId: string;
let userId: string;
let count = 0;

beforeAll(async () => {
  accounts = await AccountDatabase.create(inject('postgresUrl'), { openDatabase, runInstallationMutation });
  sessions = new SessionStore(accounts.database);
});
afterAll(() => accounts.drop());
beforeEach(async () => {
  const front = {
    publicUrl: 'https://plane.example.org',
    corsOrigins: [],
  } as unknown as Environment['front'];
  const bus = { onChange: (listener: ChangeListener) => listeners.push(listener) } as unknown as ChangeBus;
  authenticator = new SessionAuthenticator(sessions, new OwnPages({ front }), bus);
  userId = await accounts.addUser(`user-${++count}`);
  await accounts.addMember('harbour', userId, [GRANT]);
  const made = makeSecret('bns_');
  secret = made.secret;
  const session = { userId, hash: made.secretHash, workspaceId: 'harbour', address: '', userAgent: '' };
  sessionId = (await accounts.change((mutation) => sessions.insert(mutation, session))).id;
});

function request(
  method = 'GET',
  headers: Record<string, string> = {},
  url = '/api/v1/services',
): CookieRequest {
  const cookie = `__Host-binnacle=${secret}`;
  return { method, headers: { cookie, ...headers }, routeOptions: { url } } as unknown as CookieRequest;
}

const revoke = () => accounts.change((mutation) => sessions.revoke(mutation, userId, sessionId));

it('tells whose session it is, where, and what that one may do', async () => {
  expect(authenticator.known(request())).toBeUndefined();
  const principal = await authenticator.authenticate(request());
  expect(principal).toMatchObject({
    via: 'session',
    credentialId: sessionId,
    workspaceId: 'harbour',
    name: `user:${userId}@example.org`,
    identity: `user:${userId}`,
    userId,
    isOperator: false,
    grants: [GRANT],
  });
  expect(authenticator.known(request())).toEqual(principal);
  secret = makeSecret('bns_').secret;
  expect(await authenticator.authenticate(request())).toBeUndefined();
  expect(authenticator.known(request())).toBeUndefined();
});

it('believes a look-up until something about access changes', async () => {
  await authenticator.authenticate(request());
  await revoke();
  await tell({ kind: 'token', workspaceId: 'harbour', tokenId: 't' });
  expect(await authenticator.authenticate(request())).toBeDefined();
  await tell({ kind: 'access', workspaceId: '', subject: sessionId });
  expect(authenticator.known(request())).toBeUndefined();
  expect(await authenticator.authenticate(request())).toBeUndefined();
});

it.each([
  ['itself', () => sessionId, 'elsewhere', true],
  ['its person', () => userId, '', true],
  ['all of its workspace', () => '*', 'harbour', true],
  ['another session', () => '01900000-0000-7000-8000-000000000000', 'harbour', false],
  ['another person', () => 'user-of-another', 'harbour', false],
  ['all of another workspace', () => '*', 'default', false],
])(
  'is forgotten when %s is said to have changed, or not',
  async (_what, subject, workspaceId, isForgotten) => {
    await authenticator.authenticate(request());
    await tell({ kind: 'access', workspaceId, subject: subject() });
    expect(authenticator.known(request()) === undefined).toBe(isForgotten);
  },
);

it('believes no look-up that was under way when something changed', async () => {
  const early = authenticator.authenticate(request());
  await tell({ kind: 'access', workspaceId: '', subject: sessionId });
  await early;
  expect(authenticator.known(request())).toBeUndefined();
});

it('believes nothing for longer than three seconds, though nobody tells', async () => {
  await authenticator.authenticate(request());
  await revoke();
  await expect.poll(() => authenticator.authenticate(request()), { timeout: 5_000 }).toBeUndefined();
});

it('allows nothing where the person does not belong any more', async () => {
  await accounts.spec.query('delete from members where user_id = $1', [userId]);
  expect(await authenticator.authenticate(request())).toMatchObject({ workspaceId: '', grants: [] });
});

it('takes a change for meant with the CSRF token and from a page of ours only', async () => {
  const [token, origin] = [csrfTokenOf(secret), 'https://plane.example.org'];
  await authenticator.authenticate(request());
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect(
      await authenticator.authenticate(request(method, { 'x-csrf-token': token, origin })),
    ).toBeDefined();
    const refused: Record<string, string>[] = [
      {},
      { origin },
      { 'x-csrf-token': 'x', origin },
      { 'x-csrf-token': token, origin: 'https://evil.example' },
      { 'x-csrf-token': token, origin, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of refused) {
      expect(authenticator.known(request(method, headers))).toBeUndefined();
      await expect(authenticator.authenticate(request(method, headers))).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  }
  expect(await authenticator.authenticate(request('HEAD'))).toBeDefined();
});

it('is nobody, on a route that is for anyone, without the CSRF token', async () => {
  const url = '/api/v1/invitations/accept';
  expect(await authenticator.authenticate(request('POST', {}, url))).toBeUndefined();
  const meant = { 'x-csrf-token': csrfTokenOf(secret) };
  expect(await authenticator.authenticate(request('POST', meant, url))).toMatchObject({ userId });
});
