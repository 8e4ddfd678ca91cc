import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { CSRF_HEADER, SESSION_COOKIE } from '@binnacle/contracts';
import type { StoryDatabase } from '../story-database.js';
import type { Held } from './expected-access.js';

/** Somebody who sends requests, by token or by session. */
export interface Caller {
  readonly name: string;
  readonly held: readonly Held[];
  readonly headers: Readonly<Record<string, string>>;
  /** For sockets; a session has none. */
  readonly token: string | undefined;
}

/** A part of a workspace; no names stand for all. */
export interface Scope {
  readonly services?: readonly string[];
  readonly environments?: readonly string[];
}

const ROLE_LETTERS = { agent: 'G', viewer: 'V', editor: 'E', publisher: 'P', admin: 'A' } as const;
export type RoleName = keyof typeof ROLE_LETTERS;
export const ROLES = Object.keys(ROLE_LETTERS) as RoleName[];

const EXTRA_LETTERS = { 'secrets:reveal': 'r', 'breakers:force': 'f', 'audit:read': 'u' } as const;
export type ExtraName = keyof typeof EXTRA_LETTERS;
export const EXTRAS = Object.keys(EXTRA_LETTERS) as ExtraName[];

interface GrantFields {
  readonly role: RoleName;
  readonly scope?: Scope;
  readonly permission?: ExtraName;
}

export interface TokenFields extends GrantFields {
  readonly workspaceId: string;
  readonly state?: 'valid' | 'expired' | 'revoked';
}

/** A token straight into the database, so that one which is over needs no waiting for. */
export async function plantToken(database: StoryDatabase, fields: TokenFields): Promise<Caller> {
  const { workspaceId, role, scope = {}, permission, state = 'valid' } = fields;
  const { services = [], environments = [] } = scope;
  const token = `bnk_${randomBytes(32).toString('base64url')}`;
  const id = randomUUID();
  await database.query(
    `insert into tokens (id, workspace_id, name, role, hash, last_four, services, environments, permissions, identity,
       created_by, expires_at, revoked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'story', $11, $12)`,
    [
      id,
      workspaceId,
      `planted ${role}`,
      role,
      sha256(token),
      token.slice(-4),
      services,
      environments,
      permission === undefined ? [] : [permission],
      `token:${id}`,
      state === 'expired' ? new Date(Date.now() - 1_000) : null,
      state === 'revoked' ? new Date() : null,
    ],
  );
  return {
    name: [state, role, permission, ...services, ...environments].filter(Boolean).join(' '),
    held: [heldBy(fields, 'K')],
    headers: bearer(token),
    token,
  };
}

export interface PersonFields {
  readonly workspaceId: string | null;
  readonly grants: readonly GrantFields[];
  readonly isOperator?: boolean;
  readonly state?: 'valid' | 'expired';
  /** In the e-mail and the name. */
  readonly label: string;
}

/** A signed-in person, straight into the database. */
export async function plantPerson(
  database: StoryDatabase,
  fields: PersonFields,
): Promise<Caller & { readonly userId: string; readonly sessionId: string }> {
  const { workspaceId, grants, isOperator = false, state = 'valid', label } = fields;
  const [userId, sessionId] = [randomUUID(), randomUUID()];
  const secret = `bns_${randomBytes(32).toString('base64url')}`;
  await database.query('insert into users (id, email, name, is_operator) values ($1, $2, $3, $4)', [
    userId,
    `${label.replaceAll(' ', '-')}-${userId}@example.org`,
    label,
    isOperator,
  ]);
  if (workspaceId !== null)
    await database.query(
      "insert into members (workspace_id, user_id, grants, created_by) values ($1, $2, $3, 'story')",
      [workspaceId, userId, JSON.stringify(grants.map(toGrant))],
    );
  await database.query(
    `insert into sessions (id, hash, user_id, workspace_id, address, user_agent, expires_at)
     values ($1, $2, $3, $4, '192.0.2.1', 'story', now() + $5::interval)`,
    [sessionId, sha256(secret), userId, workspaceId, state === 'valid' ? '1 hour' : '-1 second'],
  );
  const letters = isOperator ? 'KSO' : 'KS';
  const everywhere = { letters, services: [], environments: [] };
  return {
    name: `${state} session of ${label}`,
    held: [everywhere, ...grants.map((grant) => heldBy(grant, letters))],
    headers: { cookie: `${SESSION_COOKIE}=${secret}`, 'sec-fetch-site': 'same-origin' },
    token: undefined,
    userId,
    sessionId,
  };
}

/** The same person with what a page of ours sends along with everything that may change something. */
export async function withCsrfToken(caller: Caller, url: string): Promise<Caller> {
  const answer = await fetch(`${url}/api/v1/session`, { headers: caller.headers });
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  return { ...caller, headers: { ...caller.headers, [CSRF_HEADER]: csrfToken } };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

function heldBy({ role, scope = {}, permission }: GrantFields, letters: string): Held {
  const extra = permission === undefined ? '' : EXTRA_LETTERS[permission];
  const { services = [], environments = [] } = scope;
  return { letters: ROLE_LETTERS[role] + extra + letters, services, environments };
}

function toGrant({ role, scope = {}, permission }: GrantFields): object {
  const { services = [], environments = [] } = scope;
  return { role, services, environments, permissions: permission === undefined ? [] : [permission] };
}

function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
