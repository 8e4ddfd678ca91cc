import type { IncomingHttpHeaders } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { CONSOLE_NAMESPACE, consoleHandshakeSchema, Problem } from '@binnacle/contracts';
import { SessionAuthenticator } from '../access/accounts/session-authenticator.js';
import type { Principal } from '../access/principal.js';
import { TOLD_LATER } from '../access/route-access.js';
import { SocketGuard } from '../access/socket-guard.js';
import { TokenAuthenticator } from '../access/token-authenticator.js';
import { RateLimited } from '../http/rate-limited.js';
import { Occupancy } from '../limits/connection-limits.js';
import { invalidMessage } from '../sockets/answer-messages.js';
import type { ConsoleSession, ConsoleSocket } from './console-session.js';

/** Pages that one session or token may have open, by this process. */
const MAX_SOCKETS_PER_CREDENTIAL = 20;
const RETRY_AFTER_SECONDS = 5;

/** Decides who may connect as a console, and whether those who did still may. */
@Injectable()
export class ConsoleAdmission {
  private readonly socketsOf = new Occupancy();

  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly sessions: SessionAuthenticator,
    private readonly guard: SocketGuard,
  ) {}

  /** A token that is sent counts alone, valid or not. @throws Problem invalid_request, unauthenticated, forbidden */
  async admit(auth: unknown, headers: IncomingHttpHeaders): Promise<ConsoleSession> {
    const parsed = consoleHandshakeSchema.safeParse(auth);
    if (!parsed.success) throw invalidMessage(parsed.error, 'auth.');
    const { token } = parsed.data;
    const admittedAsOf = this.asOf;
    const principal = await (token === undefined
      ? this.sessions.authenticateSocket(headers)
      : this.tokens.authenticate(token));
    if (principal === undefined)
      throw new Problem('unauthenticated', 'Sign in, or send a token that is valid.');
    if (!this.guard.mayConnect(CONSOLE_NAMESPACE, principal, TOLD_LATER))
      throw new Problem('forbidden', 'There is nothing here that you may watch in this workspace.');
    if (this.socketsOf.of(principal.credentialId) >= MAX_SOCKETS_PER_CREDENTIAL)
      throw new RateLimited(
        `This session or token already has ${MAX_SOCKETS_PER_CREDENTIAL} pages open, which is as many as it may.`,
        RETRY_AFTER_SECONDS,
      );
    return { principal, touched: TOLD_LATER, refusals: 0, admittedAsOf, budget: 0, budgetAtMs: 0 };
  }

  admitted(socket: ConsoleSocket): void {
    const { credentialId } = socket.data.principal;
    this.socketsOf.add(credentialId);
    socket.once('disconnect', () => this.socketsOf.remove(credentialId));
  }

  /** Whether something about credentials changed since this session was decided on. */
  isOutdated({ admittedAsOf }: ConsoleSession): boolean {
    return admittedAsOf !== this.asOf;
  }

  /**
   * Looks at these again, by what the database says now, and answers whose credential ended or may do something else
   * now: they connect again and are judged anew. Rejects when it cannot be asked.
   */
  async findOutdated<Holder extends { readonly data: ConsoleSession }>(
    holders: readonly Holder[],
  ): Promise<Holder[]> {
    const idsOf = (via: Principal['via']) => [
      ...new Set(
        holders
          .map(({ data }) => data.principal)
          .filter((principal) => principal.via === via)
          .map(({ credentialId }) => credentialId),
      ),
    ];
    const [tokens, sessions] = await Promise.all([
      this.tokens.stillValid(idsOf('token')),
      this.sessions.stillValid(idsOf('session')),
    ]);
    return holders.filter(({ data }) => {
      const before = data.principal;
      const now = (before.via === 'token' ? tokens : sessions).get(before.credentialId);
      if (now === undefined || now.workspaceId !== before.workspaceId) return true;
      return !isDeepStrictEqual(now.grants, before.grants);
    });
  }

  private get asOf(): string {
    return `${this.tokens.asOf} ${this.sessions.asOf}`;
  }
}
