import type {
  changeWorkspaceSchema,
  CreatedWorkspaceBody,
  createWorkspaceSchema,
  WorkspaceBody,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import type { Page, PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** `/workspaces`: those that the caller belongs to. */
export class WorkspacesClient {
  constructor(private readonly transport: Transport) {}

  /** All of them, on one page. */
  list(page: PageOptions = {}, options?: CallOptions): Promise<Page<WorkspaceBody>> {
    return this.transport.read({ method: 'GET', path: 'workspaces', query: { ...page } }, options);
  }

  read(id: string, options?: CallOptions): Promise<WorkspaceBody> {
    return this.transport.read({ method: 'GET', path: path`workspaces/${id}` }, options);
  }

  /** The session goes on in it. */
  async create(
    workspace: Input<typeof createWorkspaceSchema>,
    options?: CallOptions,
  ): Promise<CreatedWorkspaceBody> {
    const created = await this.transport.read<CreatedWorkspaceBody>(
      { method: 'POST', path: 'workspaces', body: workspace },
      options,
    );
    this.transport.csrfToken = created.csrfToken;
    return created;
  }

  /** Of the workspace that the caller works in. */
  rename(
    id: string,
    change: Input<typeof changeWorkspaceSchema>,
    options?: CallOptions,
  ): Promise<WorkspaceBody> {
    return this.transport.read({ method: 'PATCH', path: path`workspaces/${id}`, body: change }, options);
  }

  /** Nobody gets in any more, and there is no way back. */
  archive(id: string, options?: CallOptions): Promise<WorkspaceBody> {
    return this.transport.read({ method: 'POST', path: path`workspaces/${id}/archive` }, options);
  }

  async leave(id: string, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'POST', path: path`workspaces/${id}/leave` }, options);
  }
}
