import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ConfigQuery,
  configQuerySchema,
  effectiveConfigSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type PairParams,
  pairParamsSchema,
  type RevisionBody,
  revisionParamsSchema,
  revisionSchema,
  revisionWithContentSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Authenticator } from '../access/authenticator.js';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { matchesEtag } from '../http/etag.js';
import { Drain } from '../lifecycle/drain.js';
import { Answers } from '../openapi/answers.decorator.js';
import { mayHaveSecrets, SecretDelivery } from '../secrets/secret-delivery.js';
import type { ServedConfig } from './config-cache.js';
import { EffectiveConfigsService } from './effective-configs.service.js';
import { LongPolls } from './long-polls.js';
import { etagOf, sendConfig } from './send-config.js';

@Controller('services/:service/environments/:environment')
export class EffectiveConfigsController {
  constructor(
    private readonly configs: EffectiveConfigsService,
    private readonly delivery: SecretDelivery,
    private readonly drain: Drain,
    private readonly authenticator: Authenticator,
    private readonly polls: LongPolls,
  ) {}

  /** The plain request is mostly answered by ConfigShortcut already. */
  @Get('config')
  @ApiHeader({
    name: 'if-none-match',
    required: false,
    description: 'ETag that the caller has: 304 while it is the newest',
  })
  @Answers(200, 'The effective config', effectiveConfigSchema)
  @ApiResponse({ status: 304, description: 'The caller has the newest' })
  async read(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: pairParamsSchema }) params: PairParams,
    @Query({ schema: configQuerySchema }) query: ConfigQuery,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const pair = { workspaceId: caller.workspaceId, ...params };
    if (query.explain) return void reply.send(await this.configs.explain(pair));
    const isKnownTo = (principal: Principal) => (config: ServedConfig) =>
      matchesEtag(ifNoneMatch, etagOf(config, mayHaveSecrets(principal, params)));
    const isWaiting = query.wait > 0 && ifNoneMatch !== undefined;
    const config = isWaiting
      ? await this.polls.hold(sender.credentialId, () =>
          this.configs.waitForOther(pair, isKnownTo(sender), this.waitSignal(reply, query.wait)),
        )
      : await this.configs.read(pair);
    if (config === undefined) return void reply.status(304).send();
    // Nobody gets what came after his credential ended.
    const receiver = isWaiting ? await this.authenticator.authenticateAgain(request) : sender;
    const withSecrets = mayHaveSecrets(receiver, params);
    if (isKnownTo(receiver)(config))
      return void reply.status(304).header('etag', etagOf(config, withSecrets)).send();
    const secrets =
      withSecrets && config.secrets !== undefined ? await this.delivery.open(config.secrets) : undefined;
    sendConfig(reply, config, secrets);
  }

  @Get('revisions')
  @Answers(200, 'Revisions, newest first', pageOf(revisionSchema))
  listRevisions(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: pairParamsSchema }) params: PairParams,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<RevisionBody>> {
    return this.configs.listRevisions({ workspaceId, ...params }, page);
  }

  @Get('revisions/:revision')
  @Answers(200, 'One revision with its content', revisionWithContentSchema)
  readRevision(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: revisionParamsSchema }) { revision, ...params }: PairParams & { revision: number },
  ): Promise<RevisionBody> {
    return this.configs.readRevision({ workspaceId, ...params }, revision);
  }

  /** Ends the wait when its time is up, when the caller has gone, and when this process is to stop. */
  private waitSignal(reply: FastifyReply, waitSeconds: number): AbortSignal {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    return AbortSignal.any([AbortSignal.timeout(waitSeconds * 1000), gone.signal, this.drain.signal]);
  }
}
