import type { IncomingHttpHeaders } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CSRF_HEADER, Problem } from '@binnacle/contracts';
import { type Change, type OpenSession, SessionStore } from '@binnacle/store';
import { ChangeBus } from '../../changes/change-bus.js';
import type { Principal } from '../principal.js';
import { neededBy } from '../route-access.js';
import { hashOfSecret } from './one-time-secret.js';
import { OwnPages } from './own-pages.js';
import { isCsrfTokenOf, sessionSecretIn } from './session-cookie.js';
import { readGrants } from './stored-grants.js';

/** How long a look-up is believed; what ends a session is also announced, and then believed at once. */
const BELIEVED_MS = 3_000;
const MAX_CACHED = 10_000;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

type AccessChange = Extract<Change, { readonly kind: 'access' }>;

interface Cached {
  readonly principal: Promise<Principal | undefined>;
  readonly untilMs: number;
  /** Once it was looked up. */
  found?: Principal | undefined;
}

/** The part of a request that says who sends it. */
export type CookieRequest = Pick<FastifyRequest, 'method' | 'headers' | 'routeOptions'>;

/** Tells whose session a cookie belongs to: the only place where a cookie is taken for a credential. */
@Injectable()
export class SessionAuthenticator {
  private readonly logger = new Logger(SessionAuthenticator.name);
  private readonly cache = new Map<string, Cached>();
  private generation = 0;

  constructor(
    private readonly sessions: SessionStore,
    private readonly pages: OwnPages,
    bus: ChangeBus,
  ) {
    bus.onChange((change) => {
      if (change.kind === 'access') this.forget(change);
    });
  }

  /** What `authenticate` would answer, when it is in memory. */
  known(request: CookieRequest): Principal | undefined {
    const secret = sessionSecretIn(request.headers.cookie);
    if (secret === undefined) return undefined;
    const entry = this.cache.get(hashOfSecret(secret));
    if (entry?.found === undefined || entry.untilMs <= performance.now()) return undefined;
    return isCurrent(entry.found) && this.isMeant(request, secret) ? entry.found : undefined;
  }

  /**
   * Undefined without the cookie of an open session. Rejects when the database is needed and away.
   *
   * @throws Problem forbidden when the request would change something and may come from another site's page
   */
  async authenticate(request: CookieRequest): Promise<Principal | undefined> {
    const secret = sessionSecretIn(request.headers.cookie);
    if (secret === undefined) return undefined;
    const principal = await this.lookUp(hashOfSecret(secret));
    if (principal === undefined || !isCurrent(principal)) return undefined;
    if (this.isMeant(request, secret)) return principal;
    // Whoever signs in may well carry the cookie of another session: nothing is done by that one.
    if (neededBy(request.method, request.routeOptions.url ?? '') === 'anyone') return undefined;
    throw new Problem(
      'forbidden',
      `With a session, a request that may change something comes from a page of this server and carries ${CSRF_HEADER}, as GET /session answers it.`,
    );
  }

  /**
   * The same for a socket that a page opens, which a page of another site could do as well: browsers ask nobody first.
   *
   * @throws Problem forbidden when the page may be another site's
   */
  async authenticateSocket(headers: IncomingHttpHeaders): Promise<Principal | undefined> {
    const secret = sessionSecretIn(headers.cookie);
    if (secret === undefined) return undefined;
    this.pages.refuseOthers(headers);
    const principal = await this.lookUp(hashOfSecret(secret));
    return principal !== undefined && isCurrent(principal) ? principal : undefined;
  }

  /** Which of these sessions are open, as the database knows it now, with what they may do now. */
  async stillValid(sessionIds: readonly string[]): Promise<Map<string, Principal>> {
    if (sessionIds.length === 0) return new Map();
    const open = await this.sessions.findOpenAmong(sessionIds);
    return new Map(open.map((session) => [session.id, toPrincipal(session)]));
  }

  /** Rises whenever something is forgotten: what was decided before may not hold any more. */
  get asOf(): number {
    return this.generation;
  }

  /** Of those that it concerns; what is being looked up just now, or was of nobody, may be anybody's. */
  private forget({ workspaceId, subject }: AccessChange): void {
    this.generation += 1;
    for (const [hash, { found }] of this.cache) {
      const isConcerned =
        found === undefined ||
        found.credentialId === subject ||
        found.userId === subject ||
        (subject === '*' && found.workspaceId === workspaceId);
      if (isConcerned) this.cache.delete(hash);
    }
  }

  /** Whether a page of ours sent it on purpose, as far as that matters: a read changes nothing. */
  private isMeant({ method, headers }: CookieRequest, secret: string): boolean {
    if (SAFE_METHODS.has(method)) return true;
    return isCsrfTokenOf(secret, headers[CSRF_HEADER]) && this.pages.mayHaveSent(headers);
  }

  private lookUp(hash: string): Promise<Principal | undefined> {
    const nowMs = performance.now();
    const known = this.cache.get(hash);
    if (known !== undefined && known.untilMs > nowMs) return known.principal;
    const principal = this.sessions.findOpen(hash).then((session) => session && this.seen(session));
    const entry: Cached = { principal, untilMs: nowMs + BELIEVED_MS };
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    this.cache.set(hash, entry);
    principal.then(
      (found) => (entry.found = found),
      () => {
        if (this.cache.get(hash) === entry) this.cache.delete(hash);
      },
    );
    return principal;
  }

  private seen(session: OpenSession): Principal {
    if (session.isDue)
      this.sessions.touch(session.id).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'That a session is in use could not be written');
      });
    return toPrincipal(session);
  }
}

function toPrincipal(session: OpenSession): Principal {
  return {
    via: 'session',
    credentialId: session.id,
    workspaceId: session.workspaceId ?? '',
    name: `user:${session.email}`,
    identity: `user:${session.userId}`,
    userId: session.userId,
    isOperator: session.isOperator,
    grants: readGrants(session.grants),
    expiresAtMs: session.expiresAt.getTime(),
  };
}

function isCurrent({ expiresAtMs }: Principal): boolean {
  return expiresAtMs === null || expiresAtMs > Date.now();
}
