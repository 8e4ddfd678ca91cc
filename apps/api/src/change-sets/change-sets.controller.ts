import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type ChangeSetBody,
  changeSetSchema,
  type PreviewBody,
  previewSchema,
  type PublishChangeSet,
  publishChangeSetSchema,
} from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { ChangeSetsService } from './change-sets.service.js';

@Controller('change-sets')
export class ChangeSetsController {
  constructor(private readonly changeSets: ChangeSetsService) {}

  @Post()
  @Answers(201, 'Publish several documents, all of them or none', changeSetSchema)
  @ApiResponse({ status: 200, description: 'Of a dry run: what it would do', standardSchema: previewSchema })
  publish(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Body({ schema: publishChangeSetSchema }) body: PublishChangeSet,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangeSetBody | PreviewBody> {
    if (!body.dryRun) return this.changeSets.publish(caller, sender, body);
    void reply.status(200);
    return this.changeSets.preview(sender, body);
  }
}
