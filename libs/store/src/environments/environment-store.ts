import type { Database } from '../database.js';
import type { Mutation } from '../mutation.js';

export interface EnvironmentRecord {
  readonly name: string;
  readonly position: number;
  /** Revisions are released there only when a second person has approved them. */
  readonly protected: boolean;
  readonly createdAt: Date;
}

const SHOWN = { name: true, position: true, protected: true, createdAt: true } as const;

/** Environments of a workspace, in their stated order: positions are 0, 1, 2 … without gaps. */
export class EnvironmentStore {
  constructor(private readonly database: Database) {}

  async list(workspaceId: string): Promise<EnvironmentRecord[]> {
    return this.database.within(workspaceId).prisma.environment.findMany({
      where: { workspaceId },
      select: SHOWN,
      orderBy: { position: 'asc' },
    });
  }

  async exists(workspaceId: string, name: string): Promise<boolean> {
    const found = await this.database.within(workspaceId).prisma.environment.findUnique({
      where: { workspaceId_name: { workspaceId, name } },
      select: { name: true },
    });
    return found !== null;
  }

  /** Holds off every other change to the workspace's environments until the transaction ends. */
  async lock(mutation: Mutation): Promise<EnvironmentRecord[]> {
    const { workspaceId } = mutation.actor;
    await mutation.sql.query('select id from workspaces where id = $1::text for no key update', [
      workspaceId,
    ]);
    return mutation.tx.environment.findMany({
      where: { workspaceId },
      select: SHOWN,
      orderBy: { position: 'asc' },
    });
  }

  async insert(
    mutation: Mutation,
    fields: Pick<EnvironmentRecord, 'name' | 'position' | 'protected'>,
  ): Promise<void> {
    await mutation.tx.environment.create({ data: { workspaceId: mutation.actor.workspaceId, ...fields } });
  }

  async protect(mutation: Mutation, name: string, isProtected: boolean): Promise<void> {
    const { workspaceId } = mutation.actor;
    await mutation.tx.environment.update({
      where: { workspaceId_name: { workspaceId, name } },
      data: { protected: isProtected },
    });
  }

  /** `names` are all environments of the workspace, in the order they shall have. */
  async reorder(mutation: Mutation, names: readonly string[]): Promise<void> {
    const { workspaceId } = mutation.actor;
    for (const [position, name] of names.entries()) {
      await mutation.tx.environment.update({
        where: { workspaceId_name: { workspaceId, name } },
        data: { position },
      });
    }
  }
}
