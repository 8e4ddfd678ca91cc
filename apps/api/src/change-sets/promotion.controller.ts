import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type PairParams,
  pairParamsSchema,
  type PlannedPromotionBody,
  plannedPromotionSchema,
  type Promote,
  promoteSchema,
  type PublishedBody,
  publishedSchema,
} from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { PromotionService } from './promotion.service.js';

@Controller('services/:service/environments/:environment/promote')
export class PromotionController {
  constructor(private readonly promotions: PromotionService) {}

  @Post()
  @Answers(201, 'Publish an overlay that takes over what another environment has', publishedSchema)
  @ApiResponse({
    status: 200,
    description: 'Of a dry run: what it would do',
    standardSchema: plannedPromotionSchema,
  })
  promote(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: pairParamsSchema }) pair: PairParams,
    @Body({ schema: promoteSchema }) body: Promote,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublishedBody | PlannedPromotionBody> {
    if (!body.dryRun) return this.promotions.promote(caller, sender, pair, body);
    void reply.status(200);
    return this.promotions.preview(sender, pair, body);
  }
}
