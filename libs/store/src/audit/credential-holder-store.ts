import type { Database } from '../database.js';
import type { Actor } from '../mutation.js';

/** Whose a credential is, or was. */
export type CredentialHolder = Pick<Actor, 'workspaceId' | 'name' | 'identity' | 'via' | 'credential'>;

/** Also those that have ended: the audit tells who still tries them. */
const FIND = `
  select hash, workspace_id as "workspaceId", 'token:' || name as name, identity, 'token' as via, id as credential
  from tokens where hash = any ($1::text[])
  union all
  select s.hash, s.workspace_id, 'user:' || u.email, 'user:' || u.id, 'session', s.id
  from sessions s join users u on u.id = s.user_id
  where s.hash = any ($1::text[]) and s.workspace_id is not null`;

/** Tells who a credential belongs to that was refused, whatever the reason. */
export class CredentialHolderStore {
  constructor(private readonly database: Database) {}

  /** By the SHA-256 (hex) of their secrets; those that nobody ever had are not in the answer. */
  async find(hashes: readonly string[]): Promise<ReadonlyMap<string, CredentialHolder>> {
    const rows = await this.database.acrossWorkspaces.sql.query<CredentialHolder & { hash: string }>(FIND, [
      hashes,
    ]);
    return new Map(rows.map(({ hash, ...holder }) => [hash, holder]));
  }
}
