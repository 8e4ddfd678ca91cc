import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type DocumentBody,
  documentSchema,
  type DocumentVersionBody,
  documentVersionSchema,
  type LayerParams,
  layerParamsSchema,
  layerVersionParamsSchema,
  pageOf,
  type PageQuery,
  type PreviewBody,
  type PreviewContent,
  previewContentSchema,
  previewSchema,
  pageQuerySchema,
  type PublishedBody,
  publishedSchema,
  type PublishVersion,
  publishVersionSchema,
  type Rollback,
  rollbackSchema,
  type ValidateContent,
  validateContentSchema,
  type ValidationBody,
  validationSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { expectedVersion, versionEtag } from '../http/etag.js';
import { Answers } from '../openapi/answers.decorator.js';
import { DocumentsService } from './documents.service.js';

const IF_MATCH = { name: 'if-match', required: false, description: 'ETag of the version this is based on' };

@Controller('services/:service/documents/:layer')
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Get()
  @Answers(200, 'The published version of a document', documentSchema)
  async read(
    @Caller() caller: Actor,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentBody> {
    return tagged(reply, await this.documents.read(caller.workspaceId, params));
  }

  @Get('versions')
  @Answers(200, 'Versions of a document, newest first', pageOf(documentVersionSchema))
  listVersions(
    @Caller() caller: Actor,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<DocumentVersionBody>> {
    return this.documents.listVersions(caller.workspaceId, params, page);
  }

  @Get('versions/:version')
  @Answers(200, 'One version of a document', documentSchema)
  async readVersion(
    @Caller() caller: Actor,
    @Param({ schema: layerVersionParamsSchema }) params: LayerParams & { version: number },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentBody> {
    return tagged(reply, await this.documents.read(caller.workspaceId, params, params.version));
  }

  @Post('versions')
  @ApiHeader(IF_MATCH)
  @Answers(201, 'Publish a version', publishedSchema)
  async publish(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Body({ schema: publishVersionSchema }) body: PublishVersion,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublishedBody> {
    return tagged(
      reply,
      await this.documents.publish(caller, sender, params, body, expectedVersion(ifMatch)),
    );
  }

  @Post('rollback')
  @HttpCode(201)
  @ApiHeader(IF_MATCH)
  @Answers(201, 'Publish the content of an old version again', publishedSchema)
  async rollback(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Body({ schema: rollbackSchema }) body: Rollback,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublishedBody> {
    return tagged(
      reply,
      await this.documents.rollback(caller, sender, params, body, expectedVersion(ifMatch)),
    );
  }

  @Post('preview')
  @HttpCode(200)
  @Answers(200, 'What publishing a content would do, service by service, without doing it', previewSchema)
  preview(
    @Sender() sender: Principal,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Body({ schema: previewContentSchema }) body: PreviewContent,
  ): Promise<PreviewBody> {
    return this.documents.preview(sender, params, body);
  }

  @Post('validate')
  @HttpCode(200)
  @Answers(200, 'Check a content against everything that publishing it would change', validationSchema)
  validate(
    @Sender() sender: Principal,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Body({ schema: validateContentSchema }) body: ValidateContent,
  ): Promise<ValidationBody> {
    return this.documents.validate(sender, params, body);
  }
}

function tagged<Answer extends { readonly version: number }>(reply: FastifyReply, answer: Answer): Answer {
  void reply.header('etag', versionEtag(answer.version));
  return answer;
}
