import { AsyncLocalStorage } from 'node:async_hooks';

/** What `binnacle.workspace` is set to for what belongs to no single workspace: rows of all of them are seen. */
export const ALL_WORKSPACES = '*';
/** No row of any workspace is seen. */
export const NO_WORKSPACE = '';

const WORKSPACE_ID = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const scope = new AsyncLocalStorage<string>();

/**
 * The id, if it can be one of a workspace: above all, not the sign for all of them.
 *
 * @throws RangeError when it cannot
 */
export function checkedWorkspaceId(workspaceId: string): string {
  if (typeof workspaceId !== 'string' || !WORKSPACE_ID.test(workspaceId))
    throw new RangeError('That cannot be the id of a workspace');
  return workspaceId;
}

/** Every connection that `work` takes from the pool, however deep below, sees the rows of that workspace alone. */
export function runInScope<Answer>(workspace: string, work: () => Promise<Answer>): Promise<Answer> {
  // Awaited in here: Prisma's promises begin their work only when they are waited for.
  return scope.run(workspace, async () => await work());
}

/** @throws Error outside of `runInScope` */
export function currentScope(): string {
  const workspace = scope.getStore();
  if (workspace === undefined) throw new Error('Nobody said which workspace this query works for');
  return workspace;
}
