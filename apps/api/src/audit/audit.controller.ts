import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type AuditEntryBody,
  auditEntrySchema,
  type ExportAuditQuery,
  exportAuditQuerySchema,
  type ListAuditQuery,
  listAuditQuerySchema,
  pageOf,
} from '@binnacle/contracts';
import type { Page } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { AuditService } from './audit.service.js';

@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Answers(200, 'What was done and refused, newest first', pageOf(auditEntrySchema))
  list(
    @Sender() sender: Principal,
    @Query({ schema: listAuditQuerySchema }) query: ListAuditQuery,
  ): Promise<Page<AuditEntryBody>> {
    return this.audit.list(sender, query);
  }

  @Get('export')
  @ApiOperation({
    summary:
      'All of it, oldest first, as NDJSON; the last line is {"complete": true, …}, or something is missing',
  })
  @ApiResponse({
    status: 200,
    description: 'A line for each entry',
    content: { 'application/x-ndjson': { schema: { type: 'string' } } },
  })
  async export(
    @Sender() sender: Principal,
    @Query({ schema: exportAuditQuerySchema }) query: ExportAuditQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Fastify answers HEAD by this as well, and would read the whole stream to send nothing of it.
    const stream = reply.request.method === 'HEAD' ? undefined : await this.audit.export(sender, query);
    void reply
      .type('application/x-ndjson')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="audit.ndjson"')
      .send(stream);
  }
}
