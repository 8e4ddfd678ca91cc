import type { Database } from '../database.js';
import type { Prisma } from '../generated/client.js';
import type { Mutation } from '../mutation.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';
import { grantsToJson, type StoredGrant } from './member-store.js';

const LIFE_MS = 7 * 24 * 3_600_000;
/** What has ended is listed for so long; the audit tells of it for good. */
const LISTED_MS = 90 * 24 * 3_600_000;

export interface InvitationRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly email: string;
  readonly grants: unknown;
  readonly createdBy: string;
  /** Who answers for it: `user:<id>`, `token:<id>` or `admin-token`. */
  readonly createdByIdentity: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly revokedAt: Date | null;
}

const SHOWN = {
  id: true,
  workspaceId: true,
  email: true,
  grants: true,
  createdBy: true,
  createdByIdentity: true,
  createdAt: true,
  expiresAt: true,
  acceptedAt: true,
  revokedAt: true,
} as const;

function open(): Prisma.InvitationWhereInput {
  return {
    acceptedAt: null,
    revokedAt: null,
    expiresAt: { gt: new Date() },
    workspace: { archivedAt: null },
  };
}

/** One-time links into workspaces. Only their hashes are here. */
export class InvitationStore {
  constructor(private readonly database: Database) {}

  /** Newest first: ids are UUIDs of version 7, which sort by time. */
  async list(workspaceId: string, page: PageRequest): Promise<Page<InvitationRecord>> {
    const below = decodeCursor(page.cursor);
    const rows = await this.database.within(workspaceId).prisma.invitation.findMany({
      where: { workspaceId, ...(below === undefined ? {} : { id: { lt: below } }) },
      select: SHOWN,
      orderBy: { id: 'desc' },
      take: page.limit + 1,
    });
    return toPage(
      rows,
      page.limit,
      (row) => row.id,
      (row) => row,
    );
  }

  /** By the SHA-256 (hex) of its secret, in whichever workspace; undefined unless it can still be accepted. */
  async findOpen(hash: string): Promise<(InvitationRecord & { readonly workspaceName: string }) | undefined> {
    const row = await this.database.acrossWorkspaces.prisma.invitation.findFirst({
      where: { hash, ...open() },
      select: { ...SHOWN, workspace: { select: { name: true } } },
    });
    if (row === null) return undefined;
    const { workspace, ...invitation } = row;
    return { ...invitation, workspaceName: workspace.name };
  }

  async countOpen(mutation: Mutation): Promise<number> {
    return mutation.tx.invitation.count({ where: { workspaceId: mutation.actor.workspaceId, ...open() } });
  }

  async insert(
    mutation: Mutation,
    { email, grants, hash }: { email: string; grants: readonly StoredGrant[]; hash: string },
  ): Promise<InvitationRecord> {
    const { workspaceId } = mutation.actor;
    await mutation.tx.invitation.deleteMany({
      where: { workspaceId, expiresAt: { lt: new Date(Date.now() - LISTED_MS) } },
    });
    return mutation.tx.invitation.create({
      data: {
        email,
        grants: grantsToJson(grants),
        hash,
        workspaceId,
        createdBy: mutation.actor.name,
        createdByIdentity: mutation.actor.identity,
        expiresAt: new Date(Date.now() + LIFE_MS),
      },
      select: SHOWN,
    });
  }

  /** Those into the actor's workspace that wait and for which this identity answers. */
  async openOf(mutation: Mutation, identity: string): Promise<InvitationRecord[]> {
    const { workspaceId } = mutation.actor;
    return mutation.tx.invitation.findMany({
      where: { workspaceId, createdByIdentity: identity, ...open() },
      select: SHOWN,
    });
  }

  /** Those into the actor's workspace that wait for this person. */
  async openFor(mutation: Mutation, email: string): Promise<InvitationRecord[]> {
    const { workspaceId } = mutation.actor;
    return mutation.tx.invitation.findMany({ where: { workspaceId, email, ...open() }, select: SHOWN });
  }

  /** Uses it up; false when somebody else has, or it cannot be accepted any more. */
  async accept(mutation: Mutation, id: string): Promise<boolean> {
    const { count } = await mutation.tx.invitation.updateMany({
      where: { id, ...open() },
      data: { acceptedAt: new Date() },
    });
    return count === 1;
  }

  /** False when the workspace has no such invitation that waits. */
  async revoke(mutation: Mutation, id: string): Promise<boolean> {
    const { count } = await mutation.tx.invitation.updateMany({
      where: { id, workspaceId: mutation.actor.workspaceId, acceptedAt: null, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return count === 1;
  }
}
