/** What API processes tell one another through the change feed: names, never contents. */
export type Change =
  | {
      readonly kind: 'revision';
      readonly workspaceId: string;
      readonly service: string;
      readonly environment: string;
    }
  | {
      readonly kind: 'breaker';
      readonly workspaceId: string;
      readonly service: string;
      readonly environment: string;
      readonly name: string;
    }
  | { readonly kind: 'token'; readonly workspaceId: string; readonly tokenId: string }
  /** Who may do what changed: `subject` is a user, a session or `*` for everybody of the workspace. */
  | { readonly kind: 'access'; readonly workspaceId: string; readonly subject: string };

/** A row of the table `changes`. */
export interface ChangeRow {
  readonly workspace_id: string;
  readonly kind: string;
  readonly service: string | null;
  readonly environment: string | null;
  readonly subject: string | null;
}

export function toChangeRow(change: Change): ChangeRow {
  switch (change.kind) {
    case 'revision':
      return toRow(change.workspaceId, change.kind, change.service, change.environment, null);
    case 'breaker':
      return toRow(change.workspaceId, change.kind, change.service, change.environment, change.name);
    case 'token':
      return toRow(change.workspaceId, change.kind, null, null, change.tokenId);
    case 'access':
      return toRow(change.workspaceId, change.kind, null, null, change.subject);
  }
}

/** Undefined for a row that this version of the program does not know: a newer process may have written it. */
export function fromChangeRow(row: ChangeRow): Change | undefined {
  const { workspace_id: workspaceId, service, environment, subject } = row;
  if (row.kind === 'token' && subject !== null) return { kind: 'token', workspaceId, tokenId: subject };
  if (row.kind === 'access' && subject !== null) return { kind: 'access', workspaceId, subject };
  if (service === null || environment === null) return undefined;
  if (row.kind === 'revision') return { kind: 'revision', workspaceId, service, environment };
  if (row.kind === 'breaker' && subject !== null)
    return { kind: 'breaker', workspaceId, service, environment, name: subject };
  return undefined;
}

function toRow(
  workspaceId: string,
  kind: string,
  service: string | null,
  environment: string | null,
  subject: string | null,
): ChangeRow {
  return { workspace_id: workspaceId, kind, service, environment, subject };
}
