import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  type BreakerBody,
  type BreakerParams,
  breakerParamsSchema,
  breakerSchema,
  type ForceBreaker,
  forceBreakerSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type PairParams,
  pairParamsSchema,
  type PutBreaker,
  putBreakerSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { BreakersService } from './breakers.service.js';

/** The `/` in the name of a breaker is sent as `%2F`. */
@Controller('services/:service/environments/:environment/breakers')
export class BreakersController {
  constructor(private readonly breakers: BreakersService) {}

  @Get()
  @Answers(200, 'Breakers of a service in an environment, by name', pageOf(breakerSchema))
  list(
    @Caller() caller: Actor,
    @Param({ schema: pairParamsSchema }) params: PairParams,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<BreakerBody>> {
    return this.breakers.list(caller.workspaceId, params, page);
  }

  @Get(':name')
  @Answers(200, 'One breaker', breakerSchema)
  read(
    @Caller() caller: Actor,
    @Param({ schema: breakerParamsSchema }) params: BreakerParams,
  ): Promise<BreakerBody> {
    return this.breakers.read(caller.workspaceId, params);
  }

  @Put(':name')
  @Answers(200, 'Set the policy of a breaker, which need not exist yet', breakerSchema)
  put(
    @Caller() caller: Actor,
    @Param({ schema: breakerParamsSchema }) params: BreakerParams,
    @Body({ schema: putBreakerSchema }) body: PutBreaker,
  ): Promise<BreakerBody> {
    return this.breakers.put(caller, params, body);
  }

  @Post(':name/force')
  @HttpCode(200)
  @Answers(200, 'Force a state, for a time or until it is taken back', breakerSchema)
  force(
    @Caller() caller: Actor,
    @Param({ schema: breakerParamsSchema }) params: BreakerParams,
    @Body({ schema: forceBreakerSchema }) body: ForceBreaker,
  ): Promise<BreakerBody> {
    return this.breakers.force(caller, params, body);
  }

  @Delete(':name/force')
  @HttpCode(204)
  @Answers(204, 'Take a forced state back; the circuit goes on from where it is')
  unforce(
    @Caller() caller: Actor,
    @Param({ schema: breakerParamsSchema }) params: BreakerParams,
  ): Promise<void> {
    return this.breakers.unforce(caller, params);
  }
}
