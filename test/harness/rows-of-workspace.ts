/**
 * Rows of one workspace in every table that has them, in an order in which they can be inserted; `$1` is the workspace,
 * with `u-` before it a user who is its member. Whoever adds a table adds a row here: the isolation of tenants is shown
 * with them.
 */
const ROWS: Readonly<Record<string, string>> = {
  workspaces: `insert into workspaces (id, name) values ($1, $1)`,
  environments: `insert into environments (workspace_id, name, position) values ($1, 'prod', 0), ($1, 'dev', 1)`,
  services: `insert into services (workspace_id, name, kind, display_name)
    values ($1, 'same', 'service', $1), ($1, 'base-of-all', 'shared', $1)`,
  service_includes: `insert into service_includes (workspace_id, service, included, position)
    values ($1, 'same', 'base-of-all', 0)`,
  schema_versions: `insert into schema_versions (workspace_id, service, number, content, hash, author)
    values ($1, 'same', 1, '{}', 'h', $1)`,
  documents: `insert into documents (workspace_id, service, layer, current_version) values ($1, 'same', 'base', 1)`,
  document_versions: `insert into document_versions
      (workspace_id, service, layer, number, format, source, content, hash, message, author)
    values ($1, 'same', 'base', 1, 'json', '{}', '{}', 'h', '', $1)`,
  document_tags: `insert into document_tags (workspace_id, service, layer, tag, version, author)
    values ($1, 'same', 'base', 'known-good', 1, $1)`,
  drafts: `insert into drafts (workspace_id, service, layer, etag, base_version, format, source, author, author_identity)
    values ($1, 'same', 'base', 'e-' || $1, 1, 'json', '{}', $1, $1)`,
  ended_drafts: `insert into ended_drafts
      (workspace_id, id, service, layer, base_version, format, source, message, author, outcome, ended_by)
    values ($1, 'd-' || $1, 'same', 'base', 1, 'json', '{}', '', $1, 'discarded', $1)`,
  config_heads: `insert into config_heads (workspace_id, service, environment, revision, hash, released)
    values ($1, 'same', 'prod', 1, 'h', 1)`,
  revisions: `insert into revisions (workspace_id, service, environment, number, content, hash, layers, message, author)
    values ($1, 'same', 'prod', 1, '{}', 'h', '{}', '', $1)`,
  changes: `insert into changes (workspace_id, kind, subject) values ($1, 'access', $1)`,
  tokens: `insert into tokens (id, workspace_id, name, role, hash, last_four, services, environments, created_by)
    values ('t-' || $1, $1, 'ci', 'viewer', 'token-' || $1, 'abcd', '{}', '{}', $1)`,
  audit_entries: `insert into audit_entries (workspace_id, actor, request_id, action, target)
    values ($1, $1, 'r', 'spec', 'spec')`,
  users: `insert into users (id, email, name) values ('u-' || $1, $1 || '@example.org', $1)`,
  members: `insert into members (workspace_id, user_id, grants, created_by) values ($1, 'u-' || $1, '[]', $1)`,
  invitations: `insert into invitations (id, workspace_id, email, grants, hash, created_by, expires_at)
    values ('i-' || $1, $1, 'b@example.org', '[]', 'invitation-' || $1, $1, now() + interval '1 hour')`,
  sessions: `insert into sessions (id, hash, user_id, workspace_id, address, user_agent, expires_at)
    values ('s-' || $1, 'session-' || $1, 'u-' || $1, $1, '192.0.2.1', 'spec', now() + interval '1 hour')`,
  password_resets: `insert into password_resets (id, hash, user_id, created_by, expires_at)
    values ('p-' || $1, 'reset-' || $1, 'u-' || $1, $1, now() + interval '1 hour')`,
  approvals: `insert into approvals
      (id, workspace_id, service, environment, revision, state, message, author, author_identity)
    values ('a-' || $1, $1, 'same', 'prod', 1, 'pending', '', $1, $1)`,
  secrets: `insert into secrets (workspace_id, service, environment, name, current_version)
    values ($1, 'same', 'prod', 'password', 1)`,
  data_keys: `insert into data_keys (workspace_id, id, wrapping_key_id, nonce, wrapped)
    values ($1, 'k-' || $1, 'first', decode(repeat('00', 12), 'hex'), decode(repeat('00', 48), 'hex'))`,
  secret_versions: `insert into secret_versions
      (workspace_id, service, environment, name, number, data_key_id, nonce, ciphertext, author)
    values ($1, 'same', 'prod', 'password', 1, 'k-' || $1, decode(repeat('00', 12), 'hex'),
      decode(repeat('00', 16), 'hex'), $1)`,
  idempotency_keys: `insert into idempotency_keys (workspace_id, key, fingerprint) values ($1, 'k', 'f')`,
  breakers: `insert into breakers (workspace_id, service, environment, name, policy)
    values ($1, 'same', 'prod', 'db', '{}')`,
  status_transitions: `insert into status_transitions (workspace_id, service, environment, instance, "from", "to", reason)
    values ($1, 'same', 'prod', '', 'unknown', 'healthy', $1)`,
};

type Query = (text: string, values: readonly unknown[]) => Promise<unknown>;

/** @param query as the owner of the tables */
export async function insertRowsOf(workspaceId: string, query: Query): Promise<void> {
  // One parameter of one type, however often it is named.
  for (const statement of Object.values(ROWS))
    await query(statement.replaceAll('$1', '$1::text'), [workspaceId]);
}
