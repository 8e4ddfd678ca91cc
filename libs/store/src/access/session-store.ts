import type { Database } from '../database.js';
import type { Mutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';

/** A session ends after this time, and after being silent for that one. */
const LIFE_MS = 7 * 24 * 3_600_000;
const IDLE = "interval '12 hours'";
/** `last_seen_at` is written at most this often. */
const SEEN_EVERY = "interval '1 minute'";
/** What has ended is kept for so long, to tell from where somebody signs in. */
const KEPT = "interval '30 days'";
/** That one person may have open; beyond, the oldest ends. */
const MAX_OPEN = 50;

const OPEN = `revoked_at is null and expires_at > now() and last_seen_at > now() - ${IDLE}`;

export interface SessionRecord {
  readonly id: string;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** One that ended, and the workspace that it looked at. */
export interface EndedSession {
  readonly id: string;
  readonly workspaceId: string | null;
}

/** An open session, its person, and what that person may do in the workspace that it looks at. */
export interface OpenSession {
  readonly id: string;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly isOperator: boolean;
  readonly expiresAt: Date;
  /** Whether it is time to write that it was seen. */
  readonly isDue: boolean;
  /** Null when it has chosen none, or the person does not belong there any more, or it is archived. */
  readonly workspaceId: string | null;
  readonly grants: unknown;
}

export interface NewSession {
  readonly userId: string;
  /** SHA-256 (hex) of its secret. */
  readonly hash: string;
  readonly workspaceId: string | null;
  readonly address: string;
  readonly userAgent: string;
}

const OPEN_SESSIONS = `
  select s.id, s.user_id as "userId", u.email, u.name, u.is_operator as "isOperator", s.expires_at as "expiresAt",
    s.last_seen_at < now() - ${SEEN_EVERY} as "isDue", m.workspace_id as "workspaceId", coalesce(m.grants, '[]') as grants
  from sessions s
  join users u on u.id = s.user_id and u.disabled_at is null
  left join (members m join workspaces w on w.id = m.workspace_id and w.archived_at is null)
    on m.user_id = s.user_id and m.workspace_id = s.workspace_id`;

const FIND_OPEN = `${OPEN_SESSIONS}
  where s.hash = $1::text and ${OPEN}`;

const FIND_OPEN_AMONG = `${OPEN_SESSIONS}
  where s.id = any ($1::text[]) and ${OPEN}`;

const LIST = `
  select id, address, user_agent as "userAgent", created_at as "createdAt", last_seen_at as "lastSeenAt",
    expires_at as "expiresAt"
  from sessions where user_id = $1::text and ${OPEN} and ($2::text is null or id < $2::text)
  order by id desc limit $3::int`;

const LAST_WORKSPACE = `
  select w.id from (
    select workspace_id from sessions where user_id = $1::text and workspace_id is not null order by id desc limit 1
  ) s
  join workspaces w on w.id = s.workspace_id and w.archived_at is null
  join members m on m.workspace_id = w.id and m.user_id = $1::text`;

const END_OLDEST = `
  update sessions set revoked_at = now() where id in (
    select id from sessions where user_id = $1::text and ${OPEN} order by id desc offset ${MAX_OPEN})
  returning id, workspace_id as "workspaceId"`;

/** Sessions of signed-in people. They belong to no workspace, so what changes them runs as an installation mutation. */
export class SessionStore {
  constructor(private readonly database: Database) {}

  async findOpen(hash: string): Promise<OpenSession | undefined> {
    const [found] = await this.database.acrossWorkspaces.sql.query<OpenSession>(
      FIND_OPEN,
      [hash],
      'open-session',
    );
    return found;
  }

  /** Those among them that are open. */
  async findOpenAmong(ids: readonly string[]): Promise<OpenSession[]> {
    return this.database.acrossWorkspaces.sql.query<OpenSession>(FIND_OPEN_AMONG, [ids], 'open-sessions');
  }

  /** Notes that it is in use. */
  async touch(id: string): Promise<void> {
    await this.database.acrossWorkspaces.sql.query(
      `update sessions set last_seen_at = now() where id = $1::text and last_seen_at < now() - ${SEEN_EVERY}`,
      [id],
    );
  }

  /** Those of a person that are open, newest first: ids are UUIDs of version 7, which sort by time. */
  async list(userId: string, page: PageRequest): Promise<Page<SessionRecord>> {
    const below = decodeCursor(page.cursor) ?? null;
    const rows = await this.database.acrossWorkspaces.sql.query<SessionRecord>(LIST, [
      userId,
      below,
      page.limit + 1,
    ]);
    return toPage(
      rows,
      page.limit,
      (row) => row.id,
      (row) => row,
    );
  }

  /** The workspace that the person's last session looked at, if he still belongs there. */
  async lastWorkspaceOf(userId: string): Promise<string | undefined> {
    const { sql } = this.database.acrossWorkspaces;
    const [row] = await sql.query<{ id: string }>(LAST_WORKSPACE, [userId]);
    return row?.id;
  }

  /** Whether this person has signed in from there in the last 30 days. */
  async hasSignedInFrom(email: string, address: string): Promise<boolean> {
    const rows = await this.database.acrossWorkspaces.sql.query(
      `select 1 as found from sessions s join users u on u.id = s.user_id
       where u.email = $1::text and s.address = $2::text and s.created_at > now() - ${KEPT} limit 1`,
      [email, address],
    );
    return rows.length > 0;
  }

  /** Also clears away what ended long ago, and ends the person's oldest ones beyond what one may have. */
  async insert(
    mutation: Mutation,
    session: NewSession,
  ): Promise<{ id: string; expiresAt: Date; ended: readonly EndedSession[] }> {
    const { userId } = session;
    await mutation.sql.query(
      `delete from sessions where user_id = $1::text and expires_at < now() - ${KEPT}`,
      [userId],
    );
    const inserted = await mutation.tx.session.create({
      data: { ...session, expiresAt: new Date(Date.now() + LIFE_MS) },
      select: { id: true, expiresAt: true },
    });
    return { ...inserted, ended: await mutation.sql.query<EndedSession>(END_OLDEST, [userId]) };
  }

  /** A session goes on with another secret, for the time that it has left. */
  async rotate(mutation: Mutation, id: string, hash: string): Promise<{ expiresAt: Date }> {
    return mutation.tx.session.update({
      where: { id },
      data: { hash, lastSeenAt: new Date() },
      select: { expiresAt: true },
    });
  }

  /** The same, and from now on for its full time: only for who has just shown his password. */
  async renew(mutation: Mutation, id: string, hash: string): Promise<{ expiresAt: Date }> {
    const expiresAt = new Date(Date.now() + LIFE_MS);
    await mutation.tx.session.update({ where: { id }, data: { hash, lastSeenAt: new Date(), expiresAt } });
    return { expiresAt };
  }

  /** False when that person has no such session that is open. */
  async revoke(mutation: Mutation, userId: string, id: string): Promise<boolean> {
    const { count } = await mutation.tx.session.updateMany({
      where: { id, userId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return count === 1;
  }

  /** All of a person's but, perhaps, one. */
  async revokeAll(mutation: Mutation, userId: string, exceptId?: string): Promise<number> {
    const { count } = await mutation.tx.session.updateMany({
      where: { userId, revokedAt: null, ...(exceptId === undefined ? {} : { id: { not: exceptId } }) },
      data: { revokedAt: new Date() },
    });
    return count;
  }

  async chooseWorkspace(mutation: Mutation, id: string, workspaceId: string | null): Promise<void> {
    await mutation.tx.session.update({ where: { id }, data: { workspaceId } });
  }
}
