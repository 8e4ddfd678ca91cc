import type { Grant } from '@binnacle/contracts';

/** Who sends a request or holds a connection, as its credential says, and what that lets it do. */
export interface Principal {
  readonly via: 'token' | 'session';
  /** Id of the token or the session. */
  readonly credentialId: string;
  /** Empty for a session that has chosen none. */
  readonly workspaceId: string;
  /** As it stands in the audit: `token:ci`, `user:ann@example.org`. */
  readonly name: string;
  /** Who answers for what it does: `user:<id>`, `token:<id>` or `admin-token`. */
  readonly identity: string;
  readonly userId?: string;
  /** Looks after the installation: accounts and workspaces as such, and nothing inside of them by that. */
  readonly isOperator: boolean;
  /** In its workspace. */
  readonly grants: readonly Grant[];
  readonly expiresAtMs: number | null;
}
