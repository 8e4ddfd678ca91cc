import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  type ApprovalBody,
  approvalParamsSchema,
  approvalSchema,
  type ApprovalWithChangesBody,
  approvalWithChangesSchema,
  type Approve,
  approveSchema,
  type DecideWithReason,
  decideWithReasonSchema,
  type ListApprovalsQuery,
  listApprovalsQuerySchema,
  pageOf,
  type RejectedApprovalBody,
  rejectedApprovalSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { ApprovalsService } from './approvals.service.js';

@Controller('approvals')
export class ApprovalsController {
  constructor(private readonly approvals: ApprovalsService) {}

  @Get()
  @Answers(200, 'Approvals that are waited for, and those of before, newest first', pageOf(approvalSchema))
  list(
    @Caller() { workspaceId }: Actor,
    @Sender() sender: Principal,
    @Query({ schema: listApprovalsQuerySchema }) query: ListApprovalsQuery,
  ): Promise<Page<ApprovalBody>> {
    return this.approvals.list(workspaceId, sender, query);
  }

  @Get(':id')
  @Answers(200, 'One approval with what it changes', approvalWithChangesSchema)
  read(
    @Caller() { workspaceId }: Actor,
    @Sender() sender: Principal,
    @Param({ schema: approvalParamsSchema }) { id }: { id: string },
  ): Promise<ApprovalWithChangesBody> {
    return this.approvals.read(workspaceId, sender, id);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @Answers(200, 'Release what another person published', approvalSchema)
  approve(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: approvalParamsSchema }) { id }: { id: string },
    @Body({ schema: approveSchema }) body: Approve,
  ): Promise<ApprovalBody> {
    return this.approvals.approve(caller, sender, id, body);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @Answers(200, 'Refuse a revision, or withdraw it', rejectedApprovalSchema)
  reject(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: approvalParamsSchema }) { id }: { id: string },
    @Body({ schema: decideWithReasonSchema }) body: DecideWithReason,
  ): Promise<RejectedApprovalBody> {
    return this.approvals.reject(caller, sender, id, body);
  }

  @Post(':id/emergency')
  @HttpCode(200)
  @Answers(200, 'Release a revision without a second person', approvalSchema)
  emergency(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: approvalParamsSchema }) { id }: { id: string },
    @Body({ schema: decideWithReasonSchema }) body: DecideWithReason,
  ): Promise<ApprovalBody> {
    return this.approvals.emergency(caller, sender, id, body);
  }
}
