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
  Problem,
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
import { ConfigTexts } from './config-texts.js';
import { EffectiveConfigsService } from './effective-configs.service.js';
import { LongPolls } from './long-polls.js';
import { etagOf, sendConfig, sendConfigText, textEtagOf } from './send-config.js';

@Controller('services/:service/environments/:environment')
export class EffectiveConfigsController {
  constructor(
    private readonly configs: EffectiveConfigsService,
    private readonly delivery: SecretDelivery,
    private readonly drain: Drain,
    private readonly authenticator: Authenticator,
    private readonly polls: LongPolls,
    private readonly texts: ConfigTexts,
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
  @ApiResponse({ status: 422, description: 'The format cannot hold this config' })
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
    if (query.explain && query.format !== 'json')
      throw new Problem('invalid_request', 'Only the JSON of a config can be explained.', [
        { pointer: '/format', message: 'must be json with explain' },
      ]);
    if (query.explain) {
      const explained = await this.configs.explain(pair, sender.grants);
      return void reply.header('content-type', 'application/json; charset=utf-8').send(explained);
    }
    const { format } = query;
    const tagFor = (principal: Principal, config: ServedConfig) =>
      format === 'json' ? etagOf(config, mayHaveSecrets(principal, params)) : textEtagOf(config, format);
    const isKnownTo = (principal: Principal) => (config: ServedConfig) =>
      matchesEtag(ifNoneMatch, tagFor(principal, config));
    const isWaiting = query.wait > 0 && ifNoneMatch !== undefined;
    const config = isWaiting
      ? await this.polls.hold(sender.credentialId, () =>
          this.configs.waitForOther(pair, isKnownTo(sender), this.waitSignal(reply, query.wait)),
        )
      : await this.configs.read(pair);
    if (config === undefined) return void reply.status(304).send();
    // Nobody gets what came after his credential ended.
    const receiver = isWaiting ? await this.authenticator.authenticateAgain(request) : sender;
    if (isKnownTo(receiver)(config))
      return void reply.status(304).header('etag', tagFor(receiver, config)).send();
    if (format !== 'json')
      return sendConfigText(reply, config, format, await this.texts.render(pair.workspaceId, config, format));
    const secrets =
      mayHaveSecrets(receiver, params) && config.secrets !== undefined
        ? await this.delivery.open(config.secrets)
        : undefined;
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
