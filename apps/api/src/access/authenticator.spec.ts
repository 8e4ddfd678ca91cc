import type { FastifyRequest } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Grant } from '@binnacle/contracts';
import type { Change } from '@binnacle/store';
import type { ChangeBus, ChangeListener } from '../changes/change-bus.js';
import type { SessionAuthenticator } from './accounts/session-authenticator.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';
import type { TokenAuthenticator } from './token-authenticator.js';

const AGENT: Principal = {
  via: 'token',
  credentialId: 'ci',
  workspaceId: 'harbour',
  name: 'token:ci',
  identity: 'token:ci',
  isOperator: false,
  grants: [grant({})],
  expiresAtMs: null,
};
let listeners: ChangeListener[];
let known: Principal[];
let found: Principal | undefined;
let authenticator: Authenticator;

beforeEach(() => {
  listeners = [];
  known = [
    AGENT,
    { ...AGENT, credentialId: 'other' },
    { ...AGENT, credentialId: 'far', workspaceId: 'quay' },
  ];
  found = AGENT;
  const bus = { onChange: (listener: ChangeListener) => listeners.push(listener) } as unknown as ChangeBus;
  const tokens = {
    authenticate: () => Promise.resolve(found),
    forget: (isConcerned: (principal: Principal) => boolean) =>
      (known = known.filter((principal) => !isConcerned(principal))),
  } as unknown as TokenAuthenticator;
  authenticator = new Authenticator(tokens, {} as SessionAuthenticator, bus);
});

function grant(fields: Partial<Grant>): Grant {
  return { role: 'agent', services: [], environments: [], permissions: [], ...fields };
}

describe('when it hears of a change', () => {
  it.each<[string, Change, string[]]>([
    ['a token', { kind: 'token', workspaceId: 'harbour', tokenId: 'ci' }, ['other', 'far']],
    ['a whole workspace', { kind: 'access', workspaceId: 'harbour', subject: '*' }, ['far']],
    ['a person', { kind: 'access', workspaceId: 'harbour', subject: 'ann' }, ['ci', 'other', 'far']],
    ['a session', { kind: 'access', workspaceId: '', subject: 'some-session' }, ['ci', 'other', 'far']],
  ])('of %s, it forgets the tokens concerned, and no others', async (_what, change, left) => {
    for (const listener of listeners) await listener(change);
    expect(known.map(({ credentialId }) => credentialId)).toEqual(left);
  });
});

describe('a request that has waited', () => {
  const request = {
    method: 'GET',
    headers: { authorization: 'Bearer bnk_some' },
    routeOptions: { url: '/api/v1/services/:service/environments/:environment/config' },
    params: { service: 'shop', environment: 'dev' },
    query: {},
    principal: AGENT,
  } as unknown as FastifyRequest;

  it('goes on as whom its credential says now', async () => {
    found = { ...AGENT, grants: [grant({ role: 'viewer', services: ['shop'] })] };
    expect(await authenticator.authenticateAgain(request)).toBe(found);
  });

  it('ends when its credential has ended', async () => {
    found = undefined;
    await expect(authenticator.authenticateAgain(request)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('ends when its credential may not do it any more', async () => {
    found = { ...AGENT, grants: [grant({ environments: ['prod'] })] };
    await expect(authenticator.authenticateAgain(request)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('ends when its session went on to another workspace', async () => {
    found = { ...AGENT, workspaceId: 'quay' };
    await expect(authenticator.authenticateAgain(request)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
