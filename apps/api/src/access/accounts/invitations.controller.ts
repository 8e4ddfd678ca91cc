import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  type AcceptedInvitationBody,
  acceptedInvitationSchema,
  type AcceptInvitation,
  acceptInvitationSchema,
  type CreatedInvitationBody,
  createdInvitationSchema,
  type CreateInvitation,
  createInvitationSchema,
  type InvitationBody,
  invitationParamsSchema,
  invitationSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Answers } from '../../openapi/answers.decorator.js';
import { Caller } from '../caller.decorator.js';
import type { Principal } from '../principal.js';
import { Sender } from '../sender.decorator.js';
import type { RequestOrigin } from './account-actor.js';
import { InvitationAcceptanceService } from './invitation-acceptance.service.js';
import { InvitationsService } from './invitations.service.js';
import { OwnPages } from './own-pages.js';
import { CallerOnce, Origin } from './person.decorator.js';

@Controller('invitations')
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly acceptance: InvitationAcceptanceService,
    private readonly pages: OwnPages,
  ) {}

  @Get()
  @Answers(200, 'Invitations into this workspace, newest first', pageOf(invitationSchema))
  list(
    @Caller() caller: Actor,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<InvitationBody>> {
    return this.invitations.list(caller.workspaceId, page);
  }

  @Post()
  @Answers(201, 'Invite somebody. The token is in this answer and nowhere else', createdInvitationSchema)
  create(
    @CallerOnce() caller: Actor,
    @Sender() sender: Principal,
    @Body({ schema: createInvitationSchema }) body: CreateInvitation,
  ): Promise<CreatedInvitationBody> {
    return this.invitations.create(caller, sender, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Answers(204, 'Take an invitation back')
  revoke(
    @Caller() caller: Actor,
    @Param({ schema: invitationParamsSchema }) { id }: { id: string },
  ): Promise<void> {
    return this.invitations.revoke(caller, id);
  }

  @Post('accept')
  @HttpCode(200)
  @Answers(
    200,
    'Join a workspace by an invitation, with the account of its e-mail or a new one',
    acceptedInvitationSchema,
  )
  accept(
    @Req() request: FastifyRequest,
    @Origin() origin: RequestOrigin,
    @Body({ schema: acceptInvitationSchema }) body: AcceptInvitation,
  ): Promise<AcceptedInvitationBody> {
    this.pages.refuseOthers(request.headers);
    return this.acceptance.accept(body, request.principal, origin);
  }
}
