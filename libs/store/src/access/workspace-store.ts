import { randomUUID } from 'node:crypto';
import type { Database } from '../database.js';
import type { Mutation } from '../mutation.js';

export interface WorkspaceRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** Nobody acts in it any more, and its agents are refused. */
  readonly archivedAt: Date | null;
}

const FIRST_ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
const SHOWN = { id: true, name: true, createdAt: true, archivedAt: true } as const;

/** Tenants themselves. */
export class WorkspaceStore {
  constructor(private readonly database: Database) {}

  /** Also one that is archived. */
  async find(workspaceId: string): Promise<WorkspaceRecord | undefined> {
    const { prisma } = this.database.within(workspaceId);
    return (await prisma.workspace.findUnique({ where: { id: workspaceId }, select: SHOWN })) ?? undefined;
  }

  /** With the environments that most begin with. Only in an installation mutation: the actor is not in it yet. */
  async create(mutation: Mutation, name: string): Promise<WorkspaceRecord> {
    const id = randomUUID();
    const created = await mutation.tx.workspace.create({ data: { id, name }, select: SHOWN });
    await mutation.tx.environment.createMany({
      data: FIRST_ENVIRONMENTS.map((environment, position) => ({
        workspaceId: id,
        name: environment,
        position,
      })),
    });
    return created;
  }

  /** The actor's workspace; undefined when it is archived. */
  async rename(mutation: Mutation, name: string): Promise<WorkspaceRecord | undefined> {
    return this.change(mutation, { name });
  }

  /** The actor's workspace, whose rows stay; undefined when it is archived already. */
  async archive(mutation: Mutation): Promise<WorkspaceRecord | undefined> {
    return this.change(mutation, { archivedAt: new Date() });
  }

  private async change(
    mutation: Mutation,
    data: { readonly name: string } | { readonly archivedAt: Date },
  ): Promise<WorkspaceRecord | undefined> {
    const id = mutation.actor.workspaceId;
    const [changed] = await mutation.tx.workspace.updateManyAndReturn({
      where: { id, archivedAt: null },
      data,
      select: SHOWN,
    });
    return changed;
  }
}
