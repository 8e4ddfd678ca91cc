import { type Grant, mayGive, Problem } from '@binnacle/contracts';
import { MemberStore, type Mutation } from '@binnacle/store';

/** Whether these let somebody administer the whole of a workspace. */
export function isFullAdmin(grants: readonly Grant[]): boolean {
  return grants.some(
    ({ role, services, environments }) =>
      role === 'admin' && services.length === 0 && environments.length === 0,
  );
}

/**
 * To be asked with the members of the workspace locked, before somebody loses what he may do there.
 *
 * @throws Problem in_use when nobody would be left to administer it
 */
export async function requireOtherAdmin(
  members: MemberStore,
  mutation: Mutation,
  workspaceId: string,
  userId: string,
): Promise<void> {
  if (await members.hasOtherAdmin(mutation, workspaceId, userId)) return;
  throw new Problem(
    'in_use',
    'This is the last person who administers the whole workspace: name another one first.',
  );
}

/** Nobody gives more than he has himself. @throws Problem forbidden */
export function requireHeld(held: readonly Grant[], given: readonly Grant[]): void {
  const beyond = given.findIndex((grant) => !mayGive(held, grant));
  if (beyond >= 0)
    throw new Problem('forbidden', 'You may not give what you may not do yourself.', [
      { pointer: `/grants/${beyond}`, message: 'goes beyond your own grants' },
    ]);
}
