import { Injectable } from '@nestjs/common';
import { type AgentHandshake, agentHandshakeSchema, AGENTS_NAMESPACE, Problem } from '@binnacle/contracts';
import { pairKey } from '@binnacle/store';
import { SocketGuard } from '../access/socket-guard.js';
import { TokenAuthenticator } from '../access/token-authenticator.js';
import { ConfigCache } from '../configs/config-cache.js';
import { EffectiveConfigsService } from '../configs/effective-configs.service.js';
import { invalidMessage } from '../sockets/answer-messages.js';
import type { AgentSession } from './agent-session.js';

/** Decides who may connect as an agent, and whether those who did still may. */
@Injectable()
export class AgentAdmission {
  constructor(
    private readonly authenticator: TokenAuthenticator,
    private readonly guard: SocketGuard,
    private readonly configs: EffectiveConfigsService,
    private readonly cache: ConfigCache,
  ) {}

  /** @throws Problem unauthenticated, forbidden, invalid_request or not_found */
  async admit(auth: unknown): Promise<AgentSession> {
    const handshake = parse(auth);
    const { service, environment, instance } = handshake;
    const { asOf } = this.authenticator;
    const principal = await this.authenticator.authenticate(handshake.token);
    if (principal === undefined) throw new Problem('unauthenticated', 'This token is not valid.');
    if (!this.guard.mayConnect(AGENTS_NAMESPACE, principal, { service, environment }))
      throw new Problem(
        'forbidden',
        `This token may not connect as an agent of ${service} in ${environment}.`,
      );
    const pair = { workspaceId: principal.workspaceId, service, environment };
    // A pair that has a config exists; only for another one the database is asked.
    if (!this.cache.peek(pair)) await this.configs.mustExist(pair);
    return {
      pair,
      pairKey: pairKey(pair),
      instance,
      tokenId: principal.credentialId,
      principal,
      touched: pair,
      admittedAsOf: asOf,
      hasReported: false,
      seq: 0,
      lifecycle: 'starting',
      checks: [],
      have: handshake.have,
      rejected: undefined,
      reminded: '',
      budget: 0,
      budgetAtMs: 0,
      refusals: 0,
    };
  }

  /** Whether something about tokens changed since this session was decided on. */
  isOutdated({ admittedAsOf }: AgentSession): boolean {
    return admittedAsOf !== this.authenticator.asOf;
  }

  /**
   * Looks at these sessions again, by what the database says now of their tokens, and answers which may not go on.
   * Rejects when it cannot be asked.
   */
  async findRefused<Holder extends { readonly data: AgentSession }>(
    holders: readonly Holder[],
  ): Promise<Holder[]> {
    const tokenIds = [...new Set(holders.map((holder) => holder.data.tokenId))];
    const valid = await this.authenticator.stillValid(tokenIds);
    return holders.filter(({ data }) => {
      const principal = valid.get(data.tokenId);
      if (principal === undefined) return true;
      data.principal = principal;
      return !this.guard.mayConnect(AGENTS_NAMESPACE, principal, data.touched);
    });
  }
}

function parse(auth: unknown): AgentHandshake {
  const parsed = agentHandshakeSchema.safeParse(auth);
  if (parsed.success) return parsed.data;
  throw invalidMessage(parsed.error, 'auth.');
}
