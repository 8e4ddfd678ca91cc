import { InvitationsClient } from './access/invitations-client.js';
import { SessionClient } from './access/session-client.js';
import { TokensClient } from './access/tokens-client.js';
import { UsersClient } from './access/users-client.js';
import { WorkspacesClient } from './access/workspaces-client.js';
import { AuditClient } from './audit/audit-client.js';
import { BreakersClient } from './breakers/breakers-client.js';
import { ConfigsClient } from './configs/configs-client.js';
import { DocumentTagsClient } from './configs/document-tags-client.js';
import { ChangeSetsClient } from './configs/change-sets-client.js';
import { DocumentsClient } from './configs/documents-client.js';
import { DraftsClient } from './configs/drafts-client.js';
import { EnvironmentsClient } from './environments/environments-client.js';
import { HealthClient } from './health/health-client.js';
import { Transport } from './http/transport.js';
import { ApprovalsClient } from './rollouts/approvals-client.js';
import { SchemasClient } from './schemas/schemas-client.js';
import { SearchClient } from './search/search-client.js';
import { SecretsClient } from './secrets/secrets-client.js';
import { ServicesClient } from './services/services-client.js';
import { WorkspaceFilesClient } from './workspace-files/workspace-files-client.js';

const TIMEOUT_MS = 10_000;

export interface ClientOptions {
  /** Where the control plane is, with a path in front of `/api` if it has one. */
  readonly url: string;
  /** Left out by a page in a browser, where people sign in: see `session`. */
  readonly token?: string;
  /** Instead of the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** The time limit of a call, from sending it to the end of its answer; 10 seconds unless said otherwise. */
  readonly timeoutMs?: number;
}

/** The REST API under `/api/v1`, by feature. */
export interface Client {
  readonly services: ServicesClient;
  readonly environments: EnvironmentsClient;
  readonly schemas: SchemasClient;
  readonly documents: DocumentsClient;
  readonly documentTags: DocumentTagsClient;
  readonly drafts: DraftsClient;
  readonly configs: ConfigsClient;
  readonly changeSets: ChangeSetsClient;
  readonly workspaceFiles: WorkspaceFilesClient;
  readonly search: SearchClient;
  readonly approvals: ApprovalsClient;
  readonly secrets: SecretsClient;
  readonly health: HealthClient;
  readonly breakers: BreakersClient;
  readonly tokens: TokensClient;
  readonly session: SessionClient;
  readonly users: UsersClient;
  readonly invitations: InvitationsClient;
  readonly workspaces: WorkspacesClient;
  readonly audit: AuditClient;
}

/**
 * A client of the REST API. Calls throw a `Problem` when the server refused, `PlaneUnreachable` when there was no answer.
 * Nothing is tried again: give calls that create something an `idempotencyKey` to be able to.
 *
 * @example
 * const client = createClient({ url: 'http://localhost:7420', token });
 * await client.services.register({ name: 'orders' });
 * await client.documents.publish('orders', 'base', { content: { poolSize: 10 } });
 * const { revision, content } = await client.configs.read('orders', 'prod');
 */
export function createClient(options: ClientOptions): Client {
  const { url, token, timeoutMs = TIMEOUT_MS } = options;
  const transport = new Transport({ url, token, timeoutMs, fetch: options.fetch ?? globalThis.fetch });
  return {
    services: new ServicesClient(transport),
    environments: new EnvironmentsClient(transport),
    schemas: new SchemasClient(transport),
    documents: new DocumentsClient(transport),
    documentTags: new DocumentTagsClient(transport),
    drafts: new DraftsClient(transport),
    configs: new ConfigsClient(transport, timeoutMs),
    changeSets: new ChangeSetsClient(transport),
    workspaceFiles: new WorkspaceFilesClient(transport),
    search: new SearchClient(transport),
    approvals: new ApprovalsClient(transport),
    secrets: new SecretsClient(transport),
    health: new HealthClient(transport),
    breakers: new BreakersClient(transport),
    tokens: new TokensClient(transport),
    session: new SessionClient(transport),
    users: new UsersClient(transport),
    invitations: new InvitationsClient(transport),
    workspaces: new WorkspacesClient(transport),
    audit: new AuditClient(transport),
  };
}
