import type { changeUserSchema, CreatedPasswordResetBody, UserBody } from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** `/users`: the people of the workspace. */
export class UsersClient {
  constructor(private readonly transport: Transport) {}

  list(page: PageOptions = {}, options?: CallOptions): Promise<Page<UserBody>> {
    return this.transport.read({ method: 'GET', path: 'users', query: { ...page } }, options);
  }

  all(page: PageOptions = {}, options?: CallOptions): AsyncGenerator<UserBody, void> {
    return everyItem((cursor) => this.list({ ...page, ...cursor }, options));
  }

  read(id: string, options?: CallOptions): Promise<UserBody> {
    return this.transport.read({ method: 'GET', path: path`users/${id}` }, options);
  }

  /** Says what somebody may do from now on. @throws Problem `in_use` for the last administrator of the whole workspace */
  change(id: string, change: Input<typeof changeUserSchema>, options?: CallOptions): Promise<UserBody> {
    return this.transport.read({ method: 'PATCH', path: path`users/${id}`, body: change }, options);
  }

  /** Ends somebody's membership. */
  async remove(id: string, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: path`users/${id}` }, options);
  }

  /** For operators. The token is in this answer and nowhere else; it holds for an hour, once. */
  resetPassword(id: string, options?: CallOptions): Promise<CreatedPasswordResetBody> {
    return this.transport.read({ method: 'POST', path: path`users/${id}/password-reset` }, options);
  }
}
