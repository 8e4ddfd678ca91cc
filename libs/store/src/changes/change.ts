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
  /** A version of a document was published, or its tags changed. */
  | DocumentChange<'document'>
  /** A draft was saved, published or discarded. */
  | DocumentChange<'draft'>
  /** An approval was asked for, decided or superseded. */
  | {
      readonly kind: 'approval';
      readonly workspaceId: string;
      readonly service: string;
      readonly environment: string;
    }
  /** What is known of a service, or its schema. */
  | { readonly kind: 'service'; readonly workspaceId: string; readonly service: string }
  /** An environment was made, moved or protected. */
  | { readonly kind: 'environment'; readonly workspaceId: string; readonly environment: string }
  | { readonly kind: 'token'; readonly workspaceId: string; readonly tokenId: string }
  /** Who may do what changed: `subject` is a user, a session or `*` for everybody of the workspace. */
  | { readonly kind: 'access'; readonly workspaceId: string; readonly subject: string };

interface DocumentChange<Kind extends string> {
  readonly kind: Kind;
  readonly workspaceId: string;
  readonly service: string;
  readonly layer: string;
}

/** What processes tell one another through Redis alone, besides changes: the feed knows nothing of it. */
export type Notice = Change | DocumentChange<'editors'>;

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
    case 'document':
    case 'draft':
      return toRow(change.workspaceId, change.kind, change.service, null, change.layer);
    case 'approval':
      return toRow(change.workspaceId, change.kind, change.service, change.environment, null);
    case 'service':
      return toRow(change.workspaceId, change.kind, change.service, null, null);
    case 'environment':
      return toRow(change.workspaceId, change.kind, null, change.environment, null);
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
  if (row.kind === 'environment' && environment !== null)
    return { kind: 'environment', workspaceId, environment };
  if (service === null) return undefined;
  if (row.kind === 'service') return { kind: 'service', workspaceId, service };
  if ((row.kind === 'document' || row.kind === 'draft') && subject !== null)
    return { kind: row.kind, workspaceId, service, layer: subject };
  if (environment === null) return undefined;
  if (row.kind === 'revision' || row.kind === 'approval')
    return { kind: row.kind, workspaceId, service, environment };
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
