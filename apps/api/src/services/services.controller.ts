import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  type ChangeService,
  changeServiceSchema,
  type ListServicesQuery,
  listServicesQuerySchema,
  pageOf,
  type RegisterService,
  registerServiceSchema,
  type ServiceBody,
  serviceParamsSchema,
  serviceSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { ServicesService } from './services.service.js';

@Controller('services')
export class ServicesController {
  constructor(private readonly services: ServicesService) {}

  @Get()
  @Answers(200, 'Services, by name', pageOf(serviceSchema))
  list(
    @Sender() sender: Principal,
    @Query({ schema: listServicesQuerySchema }) query: ListServicesQuery,
  ): Promise<Page<ServiceBody>> {
    return this.services.list(sender, query);
  }

  @Post()
  @Answers(201, 'Register a service', serviceSchema)
  register(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Body({ schema: registerServiceSchema }) body: RegisterService,
  ): Promise<ServiceBody> {
    return this.services.register(caller, sender, body);
  }

  @Get(':service')
  @Answers(200, 'One service', serviceSchema)
  read(
    @Caller() caller: Actor,
    @Param({ schema: serviceParamsSchema }) { service }: { service: string },
  ): Promise<ServiceBody> {
    return this.services.read(caller.workspaceId, service);
  }

  @Patch(':service')
  @Answers(200, 'Change a service', serviceSchema)
  change(
    @Caller() caller: Actor,
    @Param({ schema: serviceParamsSchema }) { service }: { service: string },
    @Sender() sender: Principal,
    @Body({ schema: changeServiceSchema }) body: ChangeService,
  ): Promise<ServiceBody> {
    return this.services.change(caller, sender, service, body);
  }

  @Delete(':service')
  @HttpCode(204)
  @Answers(204, 'Archive a service: it disappears from lists, its history stays')
  archive(
    @Caller() caller: Actor,
    @Param({ schema: serviceParamsSchema }) { service }: { service: string },
  ): Promise<void> {
    return this.services.archive(caller, service);
  }
}
