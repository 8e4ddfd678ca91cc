import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type ImportedBody,
  importedSchema,
  type ImportWorkspace,
  importWorkspaceSchema,
} from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { ExportService } from './export.service.js';
import { ImportService } from './import.service.js';

/** A workspace as files, and files as a workspace. */
@Controller()
export class WorkspaceFilesController {
  constructor(
    private readonly exports: ExportService,
    private readonly imports: ImportService,
  ) {}

  @Get('export')
  @ApiOperation({
    summary:
      'The workspace as files, {path, content} a line; the last line is {"complete": true, …}, or something is missing',
  })
  @ApiResponse({
    status: 200,
    description: 'A line for each file',
    content: { 'application/x-ndjson': { schema: { type: 'string' } } },
  })
  async export(@Sender() sender: Principal, @Res() reply: FastifyReply): Promise<void> {
    // Fastify answers HEAD by this as well, and would read the whole stream to send nothing of it.
    const stream = reply.request.method === 'HEAD' ? undefined : await this.exports.start(sender);
    void reply
      .type('application/x-ndjson')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="workspace.ndjson"')
      .send(stream);
  }

  @Post('import')
  @HttpCode(200)
  @Answers(
    200,
    'Make the workspace what the files say, all of it or nothing; nothing is deleted',
    importedSchema,
  )
  import(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Body({ schema: importWorkspaceSchema }) body: ImportWorkspace,
  ): Promise<ImportedBody> {
    return this.imports.import(caller, sender, body);
  }
}
