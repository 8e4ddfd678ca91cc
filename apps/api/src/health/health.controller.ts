import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  type InstanceBody,
  instanceSchema,
  type OverviewBody,
  overviewQuerySchema,
  overviewSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type PairParams,
  pairParamsSchema,
  type ServiceHealthBody,
  serviceHealthSchema,
  type StatusTransitionBody,
  statusTransitionSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { HealthService } from './health.service.js';

const PAIR = 'services/:service/environments/:environment';

@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get(`${PAIR}/instances`)
  @Answers(200, 'Instances of a service in an environment, by id', pageOf(instanceSchema))
  instances(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: pairParamsSchema }) params: PairParams,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<InstanceBody>> {
    return this.health.instances({ workspaceId, ...params }, query);
  }

  @Get(`${PAIR}/health`)
  @Answers(200, 'Status of a service in an environment, and how its instances are', serviceHealthSchema)
  serviceHealth(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: pairParamsSchema }) params: PairParams,
  ): Promise<ServiceHealthBody> {
    return this.health.serviceHealth({ workspaceId, ...params });
  }

  @Get(`${PAIR}/health/transitions`)
  @Answers(200, 'Changes of status, newest first', pageOf(statusTransitionSchema))
  transitions(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: pairParamsSchema }) params: PairParams,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<StatusTransitionBody>> {
    return this.health.transitions({ workspaceId, ...params }, query);
  }

  @Get('overview')
  @Answers(
    200,
    'Every service in an environment: status, instances, revisions in use, open breakers',
    overviewSchema,
  )
  overview(
    @Sender() sender: Principal,
    @Query({ schema: overviewQuerySchema }) { environment, ...page }: PageQuery & { environment: string },
  ): Promise<OverviewBody> {
    return this.health.overview(sender, environment, page);
  }
}
