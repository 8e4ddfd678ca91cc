import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type DraftBody,
  draftSchema,
  type DraftSummaryBody,
  draftSummarySchema,
  type EndedDraftBody,
  type EndedDraftParams,
  endedDraftParamsSchema,
  endedDraftSchema,
  type EndedDraftWithSourceBody,
  endedDraftWithSourceSchema,
  type LayerParams,
  layerParamsSchema,
  type ListDraftsQuery,
  listDraftsQuerySchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type PublishDraft,
  publishDraftSchema,
  type PublishedBody,
  publishedSchema,
  type SaveDraft,
  saveDraftSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { versionEtag } from '../http/etag.js';
import { Answers } from '../openapi/answers.decorator.js';
import { DraftsService } from './drafts.service.js';

const SAVED_ON = {
  name: 'if-match',
  required: false,
  description: 'ETag of the draft; where there is none, of the published version',
};
const OF_DRAFT = { name: 'if-match', required: true, description: 'ETag of the draft' };

@Controller()
export class DraftsController {
  constructor(private readonly drafts: DraftsService) {}

  @Get('drafts')
  @Answers(200, 'Drafts of all documents that the caller may see', pageOf(draftSummarySchema))
  list(
    @Sender() sender: Principal,
    @Query({ schema: listDraftsQuerySchema }) query: ListDraftsQuery,
  ): Promise<Page<DraftSummaryBody>> {
    return this.drafts.list(sender, query);
  }

  @Get('services/:service/documents/:layer/draft')
  @Answers(200, 'The draft of a document, with what publishing it would say', draftSchema)
  async read(
    @Sender() sender: Principal,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DraftBody> {
    return tagged(reply, await this.drafts.read(sender, params));
  }

  @Put('services/:service/documents/:layer/draft')
  @ApiHeader(SAVED_ON)
  @Answers(200, 'Save a draft, whether or not it is valid', draftSchema)
  async save(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Body({ schema: saveDraftSchema }) body: SaveDraft,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DraftBody> {
    return tagged(reply, await this.drafts.save(caller, sender, params, body, ifMatch));
  }

  @Delete('services/:service/documents/:layer/draft')
  @HttpCode(204)
  @ApiHeader(OF_DRAFT)
  @Answers(204, 'Discard a draft; it is kept among those that ended')
  discard(
    @Caller() caller: Actor,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    return this.drafts.discard(caller, params, ifMatch);
  }

  @Post('services/:service/documents/:layer/draft/publish')
  @HttpCode(201)
  @ApiHeader(OF_DRAFT)
  @Answers(201, 'Publish a draft as a version', publishedSchema)
  async publish(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Body({ schema: publishDraftSchema }) body: PublishDraft,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublishedBody> {
    const published = await this.drafts.publish(caller, sender, params, body, ifMatch);
    void reply.header('etag', versionEtag(published.version));
    return published;
  }

  @Get('services/:service/documents/:layer/drafts')
  @Answers(200, 'Drafts that were published or discarded, newest first', pageOf(endedDraftSchema))
  listEnded(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<EndedDraftBody>> {
    return this.drafts.listEnded(workspaceId, params, page);
  }

  @Get('services/:service/documents/:layer/drafts/:id')
  @Answers(200, 'One draft that was published or discarded', endedDraftWithSourceSchema)
  readEnded(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: endedDraftParamsSchema }) params: EndedDraftParams,
  ): Promise<EndedDraftWithSourceBody> {
    return this.drafts.readEnded(workspaceId, params);
  }
}

function tagged(reply: FastifyReply, draft: DraftBody): DraftBody {
  void reply.header('etag', draft.etag);
  return draft;
}
