import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  type DiffQuery,
  diffQuerySchema,
  type DocumentDiffBody,
  documentDiffSchema,
  type LayerParams,
  layerParamsSchema,
} from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { DocumentDiffService } from './document-diff.service.js';

@Controller('services/:service/documents/:layer/diff')
export class DocumentDiffController {
  constructor(private readonly diffs: DocumentDiffService) {}

  @Get()
  @Answers(200, 'What changed from one version of a document, or its draft, to another', documentDiffSchema)
  compare(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: layerParamsSchema }) params: LayerParams,
    @Query({ schema: diffQuerySchema }) query: DiffQuery,
  ): Promise<DocumentDiffBody> {
    return this.diffs.compare(workspaceId, params, query);
  }
}
