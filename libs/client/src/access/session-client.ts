import type {
  changePasswordSchema,
  SessionBody,
  SessionStateBody,
  signInSchema,
  usePasswordResetSchema,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

/**
 * `/session`, `/sessions`, `/password-resets`: signing in. For a client without a token, in a browser, which keeps the
 * cookie; the CSRF token that belongs to it is remembered here and sent with every call that may change something.
 */
export class SessionClient {
  constructor(private readonly transport: Transport) {}

  /**
   * Who calls: by session or by token. A page calls this first, to learn whether somebody is signed in.
   *
   * @throws Problem `unauthenticated` when nobody is
   */
  read(options?: CallOptions): Promise<SessionStateBody> {
    return this.following(this.transport.read({ method: 'GET', path: 'session' }, options));
  }

  /** @throws Problem `wrong_credentials`, or `rate_limited` after too many tries */
  signIn(credentials: Input<typeof signInSchema>, options?: CallOptions): Promise<SessionStateBody> {
    return this.following(
      this.transport.read({ method: 'POST', path: 'session', body: credentials }, options),
    );
  }

  async signOut(options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: 'session' }, options);
    this.transport.csrfToken = undefined;
  }

  /** Goes on in another workspace. Other open pages have to `read` the session again before they may change something. */
  chooseWorkspace(workspace: string, options?: CallOptions): Promise<SessionStateBody> {
    return this.following(
      this.transport.read({ method: 'PATCH', path: 'session', body: { workspace } }, options),
    );
  }

  /** Every other session of this user ends. */
  changePassword(
    passwords: Input<typeof changePasswordSchema>,
    options?: CallOptions,
  ): Promise<SessionStateBody> {
    return this.following(
      this.transport.read({ method: 'PUT', path: 'session/password', body: passwords }, options),
    );
  }

  /** One page of one's own open sessions, newest first. */
  list(page: PageOptions = {}, options?: CallOptions): Promise<Page<SessionBody>> {
    return this.transport.read({ method: 'GET', path: 'sessions', query: { ...page } }, options);
  }

  all(page: PageOptions = {}, options?: CallOptions): AsyncGenerator<SessionBody, void> {
    return everyItem((cursor) => this.list({ ...page, ...cursor }, options));
  }

  /** Ends one of one's own sessions. */
  async end(id: string, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: path`sessions/${id}` }, options);
  }

  async endOthers(options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: 'sessions' }, options);
  }

  /** Chooses a new password by the one-time token of a link. Whoever was signed in as this user is signed out. */
  async usePasswordReset(reset: Input<typeof usePasswordResetSchema>, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'POST', path: 'password-resets/use', body: reset }, options);
  }

  private async following(answer: Promise<SessionStateBody>): Promise<SessionStateBody> {
    const state = await answer;
    this.transport.csrfToken = state.csrfToken ?? undefined;
    return state;
  }
}
