import type {
  ApprovalBody,
  ApprovalWithChangesBody,
  approveSchema,
  listApprovalsQuerySchema,
  RejectedApprovalBody,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

/** Which approvals: `limit` and `cursor` as in every list. */
export type ApprovalFilter = Omit<Input<typeof listApprovalsQuerySchema>, 'limit'> & {
  readonly limit?: number;
};

/** `/approvals`: revisions that wait in protected environments for a second person */
export class ApprovalsClient {
  constructor(private readonly transport: Transport) {}

  /**
   * One page of approvals, newest first.
   *
   * @example const { items } = await client.approvals.list({ state: 'pending', environment: 'prod' });
   */
  list(filter: ApprovalFilter = {}, options?: CallOptions): Promise<Page<ApprovalBody>> {
    return this.transport.read({ method: 'GET', path: 'approvals', query: { ...filter } }, options);
  }

  /** Every approval, newest first. */
  all(filter: ApprovalFilter = {}, options?: CallOptions): AsyncGenerator<ApprovalBody, void> {
    return everyItem((cursor) => this.list({ ...filter, ...cursor }, options));
  }

  /** One approval with what it changes. */
  read(id: string, options?: CallOptions): Promise<ApprovalWithChangesBody> {
    return this.transport.read({ method: 'GET', path: path`approvals/${id}` }, options);
  }

  /**
   * Releases what another person published.
   *
   * @throws Problem `own_change` for who wrote a part of it, `already_decided` when somebody was faster
   */
  approve(
    id: string,
    approve: Input<typeof approveSchema> = {},
    options?: CreateOptions,
  ): Promise<ApprovalBody> {
    return this.transport.read(
      { method: 'POST', path: path`approvals/${id}/approve`, body: approve },
      options,
    );
  }

  /** Refuses a revision, or withdraws one's own. The answer names the documents that still hold the content. */
  reject(id: string, reason: string, options?: CreateOptions): Promise<RejectedApprovalBody> {
    return this.transport.read(
      { method: 'POST', path: path`approvals/${id}/reject`, body: { reason } },
      options,
    );
  }

  /** Releases a revision without a second person; the reason stands in the audit. */
  emergency(id: string, reason: string, options?: CreateOptions): Promise<ApprovalBody> {
    return this.transport.read(
      { method: 'POST', path: path`approvals/${id}/emergency`, body: { reason } },
      options,
    );
  }
}
