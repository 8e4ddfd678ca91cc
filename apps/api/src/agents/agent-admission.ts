import { Injectable } from '@nestjs/common';
import { type AgentHandshake, agentHandshakeSchema, Problem, roleGrants } from '@binnacle/contracts';
import { pairKey } from '@binnacle/store';
import { mayTouch, type Principal } from '../access/principal.js';
import { TokenAuthenticator } from '../access/token-authenticator.js';
import { ConfigCache } from '../configs/config-cache.js';
import { EffectiveConfigsService } from '../configs/effective-configs.service.js';
import type { AgentSession } from './agent-session.js';

/** Decides who may connect as an agent, and whether those who did still may. */
@Injectable()
export class AgentAdmission {
  constructor(
    private readonly authenticator: TokenAuthenticator,
    private readonly configs: EffectiveConfigsService,
    private readonly cache: ConfigCache,
  ) {}

  /** @throws Problem unauthenticated, forbidden, invalid_request or not_found */
  async admit(auth: unknown): Promise<AgentSession> {
    const handshake = parse(auth);
    const { service, environment, instance } = handshake;
    const principal = await this.authenticator.authenticate(handshake.token);
    if (principal === undefined) throw new Problem('unauthenticated', 'This token is not valid.');
    if (!mayConnect(principal, service, environment))
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
      tokenId: principal.tokenId,
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

  /** Which of these sessions may go on, by what the database says now. Rejects when it cannot be asked. */
  async findRefused<Holder extends { readonly data: AgentSession }>(
    holders: readonly Holder[],
  ): Promise<Holder[]> {
    const tokenIds = [...new Set(holders.map((holder) => holder.data.tokenId))];
    const valid = await this.authenticator.stillValid(tokenIds);
    return holders.filter(({ data }) => {
      const principal = valid.get(data.tokenId);
      return principal === undefined || !mayConnect(principal, data.pair.service, data.pair.environment);
    });
  }
}

function parse(auth: unknown): AgentHandshake {
  const parsed = agentHandshakeSchema.safeParse(auth);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem(
    'invalid_request',
    `auth.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`,
  );
}

function mayConnect(principal: Principal, service: string, environment: string): boolean {
  return (
    roleGrants(principal.role, 'agents:connect') &&
    mayTouch(principal, 'agents:connect', { service, environment })
  );
}
