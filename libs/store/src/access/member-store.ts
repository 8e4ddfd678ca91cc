import type { Database } from '../database.js';
import type { Prisma } from '../generated/client.js';
import type { Mutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';

/** What somebody may do in a workspace, as it is kept. */
export interface StoredGrant {
  readonly role: string;
  readonly services: readonly string[];
  readonly environments: readonly string[];
  readonly permissions: readonly string[];
}

export interface MemberRecord {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  /** `StoredGrant`s, as JSON that is to be checked. */
  readonly grants: unknown;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export interface MembershipRecord {
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly workspaceCreatedAt: Date;
  readonly grants: unknown;
}

const SHOWN = {
  userId: true,
  grants: true,
  createdAt: true,
  createdBy: true,
  user: { select: { email: true, name: true } },
} as const;

/** Containment of JSON would take an empty list for a part of any other, so the grants are looked at one by one. */
const OTHER_ADMIN = `
  select 1 as found from members m join users u on u.id = m.user_id
  where m.workspace_id = $1::text and m.user_id <> $2::text and u.disabled_at is null and exists (
    select from jsonb_array_elements(m.grants) g
    where g->>'role' = 'admin' and g->'services' = '[]' and g->'environments' = '[]')
  limit 1`;

/** Who belongs to which workspace, and what he may do there. */
export class MemberStore {
  constructor(private readonly database: Database) {}

  /** In the order in which their accounts were made. */
  async list(workspaceId: string, page: PageRequest): Promise<Page<MemberRecord>> {
    const above = decodeCursor(page.cursor);
    const rows = await this.database.within(workspaceId).prisma.member.findMany({
      where: { workspaceId, ...(above === undefined ? {} : { userId: { gt: above } }) },
      select: SHOWN,
      orderBy: { userId: 'asc' },
      take: page.limit + 1,
    });
    return toPage(rows, page.limit, (row) => row.userId, toRecord);
  }

  async find(workspaceId: string, userId: string): Promise<MemberRecord | undefined> {
    const { member } = this.database.within(workspaceId).prisma;
    const row = await member.findUnique({
      where: { workspaceId_userId: { workspaceId, userId } },
      select: SHOWN,
    });
    return row === null ? undefined : toRecord(row);
  }

  async hasEmail(workspaceId: string, email: string): Promise<boolean> {
    const { member } = this.database.within(workspaceId).prisma;
    return (
      (await member.findFirst({ where: { workspaceId, user: { email } }, select: { userId: true } })) !== null
    );
  }

  /** The workspaces of a person that are not archived, the one he joined first in front; at most `limit`. */
  async membershipsOf(userId: string, limit: number): Promise<MembershipRecord[]> {
    const rows = await this.database.acrossWorkspaces.prisma.member.findMany({
      where: { userId, workspace: { archivedAt: null } },
      select: { workspaceId: true, grants: true, workspace: { select: { name: true, createdAt: true } } },
      orderBy: [{ createdAt: 'asc' }, { workspaceId: 'asc' }],
      take: limit,
    });
    return rows.map(({ workspaceId, grants, workspace }) => ({
      workspaceId,
      workspaceName: workspace.name,
      workspaceCreatedAt: workspace.createdAt,
      grants,
    }));
  }

  /** Holds off every other change to who belongs to the workspace until the transaction ends. */
  async lock(mutation: Mutation, workspaceId: string): Promise<void> {
    await mutation.sql.query('select id from workspaces where id = $1::text for no key update', [
      workspaceId,
    ]);
  }

  /** Holds off every other workspace that the person would make or join at the same time. */
  async lockPerson(mutation: Mutation, userId: string): Promise<void> {
    await mutation.sql.query('select id from users where id = $1::text for no key update', [userId]);
  }

  async count(mutation: Mutation, workspaceId: string): Promise<number> {
    return mutation.tx.member.count({ where: { workspaceId } });
  }

  /** Of all workspaces; with a name, only those that this person joined by that one's doing. */
  async countOf(mutation: Mutation, userId: string, createdBy?: string): Promise<number> {
    return mutation.tx.member.count({ where: { userId, ...(createdBy === undefined ? {} : { createdBy }) } });
  }

  /** Whether somebody else administers the whole of the workspace. */
  async hasOtherAdmin(mutation: Mutation, workspaceId: string, userId: string): Promise<boolean> {
    return (await mutation.sql.query(OTHER_ADMIN, [workspaceId, userId])).length > 0;
  }

  /** Rejects with a unique violation when the person belongs to it already. */
  async insert(
    mutation: Mutation,
    {
      grants,
      ...member
    }: {
      readonly workspaceId: string;
      readonly userId: string;
      readonly grants: readonly StoredGrant[];
      readonly createdBy: string;
    },
  ): Promise<void> {
    await mutation.tx.member.create({ data: { ...member, grants: grantsToJson(grants) } });
  }

  async read(mutation: Mutation, workspaceId: string, userId: string): Promise<MemberRecord | undefined> {
    const row = await mutation.tx.member.findFirst({ where: { workspaceId, userId }, select: SHOWN });
    return row === null ? undefined : toRecord(row);
  }

  async setGrants(
    mutation: Mutation,
    workspaceId: string,
    userId: string,
    grants: readonly StoredGrant[],
  ): Promise<void> {
    await mutation.tx.member.update({
      where: { workspaceId_userId: { workspaceId, userId } },
      data: { grants: grantsToJson(grants) },
    });
  }

  async remove(mutation: Mutation, workspaceId: string, userId: string): Promise<void> {
    await mutation.tx.member.delete({ where: { workspaceId_userId: { workspaceId, userId } } });
  }
}

type Row = Prisma.MemberGetPayload<{ select: typeof SHOWN }>;

function toRecord({ user, ...member }: Row): MemberRecord {
  return { ...member, ...user };
}

export function grantsToJson(grants: readonly StoredGrant[]): Prisma.InputJsonArray {
  return grants.map(({ role, services, environments, permissions }) => ({
    role,
    services: [...services],
    environments: [...environments],
    permissions: [...permissions],
  }));
}
