import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  type ChangeWorkspace,
  changeWorkspaceSchema,
  type CreatedWorkspaceBody,
  createdWorkspaceSchema,
  type CreateWorkspace,
  createWorkspaceSchema,
  type Nothing,
  nothingSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type WorkspaceBody,
  workspaceParamsSchema,
  workspaceSchema,
} from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { Answers } from '../../openapi/answers.decorator.js';
import { Caller } from '../caller.decorator.js';
import type { Principal } from '../principal.js';
import { Sender } from '../sender.decorator.js';
import { CallerOnce, Person, type PersonPrincipal } from './person.decorator.js';
import { csrfTokenOf, sessionCookie } from './session-cookie.js';
import { WorkspacesService } from './workspaces.service.js';

interface Params {
  readonly id: string;
}

@Controller('workspaces')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Get()
  @Answers(200, 'The workspaces that you belong to, all on one page', pageOf(workspaceSchema))
  list(
    @Sender() sender: Principal,
    @Query({ schema: pageQuerySchema }) _page: PageQuery,
  ): Promise<{ items: WorkspaceBody[]; nextCursor: null }> {
    return this.workspaces.list(sender);
  }

  @Post()
  @Answers(201, 'Make a workspace, and go on in it with a new cookie and CSRF token', createdWorkspaceSchema)
  async create(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CallerOnce() caller: Actor,
    @Person() person: PersonPrincipal,
    @Body({ schema: createWorkspaceSchema }) body: CreateWorkspace,
  ): Promise<CreatedWorkspaceBody> {
    const { workspace, issued } = await this.workspaces.create(caller, person, body);
    void reply.header('set-cookie', sessionCookie(issued.secret, issued.expiresAt));
    return { ...workspace, csrfToken: csrfTokenOf(issued.secret) };
  }

  @Get(':id')
  @Answers(200, 'One of your workspaces', workspaceSchema)
  read(
    @Sender() sender: Principal,
    @Param({ schema: workspaceParamsSchema }) { id }: Params,
  ): Promise<WorkspaceBody> {
    return this.workspaces.read(sender, id);
  }

  @Patch(':id')
  @Answers(200, 'Rename the workspace that you work in', workspaceSchema)
  rename(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: workspaceParamsSchema }) { id }: Params,
    @Body({ schema: changeWorkspaceSchema }) body: ChangeWorkspace,
  ): Promise<WorkspaceBody> {
    return this.workspaces.rename(caller, sender, id, body);
  }

  @Post(':id/archive')
  @HttpCode(200)
  @Answers(200, 'Archive the workspace that you work in: nobody gets in any more', workspaceSchema)
  archive(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: workspaceParamsSchema }) { id }: Params,
    @Body({ schema: nothingSchema }) _body: Nothing,
  ): Promise<WorkspaceBody> {
    return this.workspaces.archive(caller, sender, id);
  }

  @Post(':id/leave')
  @HttpCode(204)
  @Answers(204, 'Leave one of your workspaces')
  leave(
    @Caller() caller: Actor,
    @Person() person: PersonPrincipal,
    @Param({ schema: workspaceParamsSchema }) { id }: Params,
    @Body({ schema: nothingSchema }) _body: Nothing,
  ): Promise<void> {
    return this.workspaces.leave(caller, person, id);
  }
}
