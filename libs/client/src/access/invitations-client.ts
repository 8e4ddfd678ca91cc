import type {
  AcceptedInvitationBody,
  acceptInvitationSchema,
  CreatedInvitationBody,
  createInvitationSchema,
  InvitationBody,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** `/invitations` into the workspace. */
export class InvitationsClient {
  constructor(private readonly transport: Transport) {}

  list(page: PageOptions = {}, options?: CallOptions): Promise<Page<InvitationBody>> {
    return this.transport.read({ method: 'GET', path: 'invitations', query: { ...page } }, options);
  }

  all(page: PageOptions = {}, options?: CallOptions): AsyncGenerator<InvitationBody, void> {
    return everyItem((cursor) => this.list({ ...page, ...cursor }, options));
  }

  /**
   * Invites somebody. The token is in this answer and nowhere else; it holds for a week, once.
   *
   * @example
   * const { token } = await client.invitations.create({
   *   email: 'ann@example.org',
   *   grants: [{ role: 'publisher', services: ['orders'] }],
   * });
   */
  create(
    invitation: Input<typeof createInvitationSchema>,
    options?: CallOptions,
  ): Promise<CreatedInvitationBody> {
    return this.transport.read({ method: 'POST', path: 'invitations', body: invitation }, options);
  }

  async revoke(id: string, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: path`invitations/${id}` }, options);
  }

  /** Joins: as who is signed in, with the password of the account, or with a name and a password for a new one. */
  accept(
    acceptance: Input<typeof acceptInvitationSchema>,
    options?: CallOptions,
  ): Promise<AcceptedInvitationBody> {
    return this.transport.read({ method: 'POST', path: 'invitations/accept', body: acceptance }, options);
  }
}
