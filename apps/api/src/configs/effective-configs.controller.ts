import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
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
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { matchesEtag } from '../http/etag.js';
import { Drain } from '../lifecycle/drain.js';
import { Answers } from '../openapi/answers.decorator.js';
import { mayHaveSecrets, SecretDelivery } from '../secrets/secret-delivery.js';
import type { ServedConfig } from './config-cache.js';
import { EffectiveConfigsService } from './effective-configs.service.js';
import { etagOf, sendConfig } from './send-config.js';

@Controller('services/:service/environments/:environment')
export class EffectiveConfigsController {
  constructor(
    private readonly configs: EffectiveConfigsService,
    private readonly delivery: SecretDelivery,
    private readonly drain: Drain,
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
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const pair = { workspaceId: caller.workspaceId, ...params };
    if (query.explain) return void reply.send(await this.configs.explain(pair));
    const withSecrets = mayHaveSecrets(sender, params);
    const isKnown = (config: ServedConfig) => matchesEtag(ifNoneMatch, etagOf(config, withSecrets));
    const config =
      query.wait > 0 && ifNoneMatch !== undefined
        ? await this.configs.waitForOther(pair, isKnown, this.waitSignal(reply, query.wait))
        : await this.configs.read(pair);
    if (config === undefined) return void reply.status(304).send();
    if (isKnown(config)) return void reply.status(304).header('etag', etagOf(config, withSecrets)).send();
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
