import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import {
  type ChangeEnvironment,
  changeEnvironmentSchema,
  type CreateEnvironment,
  createEnvironmentSchema,
  type EnvironmentBody,
  environmentParamsSchema,
  environmentSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
} from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { EnvironmentsService } from './environments.service.js';

@Controller('environments')
export class EnvironmentsController {
  constructor(private readonly environments: EnvironmentsService) {}

  @Get()
  @Answers(200, 'Environments in their order, all on one page', pageOf(environmentSchema))
  list(
    @Sender() sender: Principal,
    @Query({ schema: pageQuerySchema }) _page: PageQuery,
  ): Promise<{ items: EnvironmentBody[]; nextCursor: null }> {
    return this.environments.list(sender);
  }

  @Post()
  @Answers(201, 'Create an environment', environmentSchema)
  create(
    @Caller() caller: Actor,
    @Body({ schema: createEnvironmentSchema }) body: CreateEnvironment,
  ): Promise<EnvironmentBody> {
    return this.environments.create(caller, body);
  }

  @Get(':environment')
  @Answers(200, 'One environment', environmentSchema)
  read(
    @Caller() caller: Actor,
    @Param({ schema: environmentParamsSchema }) { environment }: { environment: string },
  ): Promise<EnvironmentBody> {
    return this.environments.read(caller.workspaceId, environment);
  }

  @Patch(':environment')
  @Answers(200, 'Move an environment in the order, or protect it', environmentSchema)
  change(
    @Caller() caller: Actor,
    @Param({ schema: environmentParamsSchema }) { environment }: { environment: string },
    @Body({ schema: changeEnvironmentSchema }) body: ChangeEnvironment,
  ): Promise<EnvironmentBody> {
    return this.environments.change(caller, environment, body);
  }
}
