import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import {
  type DocumentTagBody,
  documentTagSchema,
  type LayerParams,
  layerParamsSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type PutTag,
  putTagSchema,
  type TagParams,
  tagParamsSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { DocumentTagsService } from './document-tags.service.js';

@Controller('services/:service/documents/:layer/tags')
export class DocumentTagsController {
  constructor(private readonly tags: DocumentTagsService) {}

  @Get()
  @Answers(200, 'Tags of a document, by name', pageOf(documentTagSchema))
  list(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<DocumentTagBody>> {
    return this.tags.list(workspaceId, params, page);
  }

  @Put(':tag')
  @Answers(200, 'Put a tag on a version, or move it there', documentTagSchema)
  put(
    @Caller() caller: Actor,
    @Param({ schema: tagParamsSchema }) params: TagParams,
    @Body({ schema: putTagSchema }) body: PutTag,
  ): Promise<DocumentTagBody> {
    return this.tags.put(caller, params, body);
  }

  @Delete(':tag')
  @HttpCode(204)
  @Answers(204, 'Take a tag away')
  remove(@Caller() caller: Actor, @Param({ schema: tagParamsSchema }) params: TagParams): Promise<void> {
    return this.tags.remove(caller, params);
  }
}
