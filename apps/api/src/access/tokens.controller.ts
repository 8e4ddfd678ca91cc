import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  type ChangeToken,
  changeTokenSchema,
  type CreatedTokenBody,
  type CreateToken,
  createdTokenSchema,
  createTokenSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type RotatedTokenBody,
  type RotateToken,
  rotatedTokenSchema,
  rotateTokenSchema,
  type TokenBody,
  tokenParamsSchema,
  tokenSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Answers } from '../openapi/answers.decorator.js';
import { Caller } from './caller.decorator.js';
import type { Principal } from './principal.js';
import { Sender } from './sender.decorator.js';
import { TokensService } from './tokens.service.js';

@Controller('tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @Answers(200, 'API tokens, newest first', pageOf(tokenSchema))
  list(
    @Caller() caller: Actor,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<TokenBody>> {
    return this.tokens.list(caller.workspaceId, page);
  }

  @Post()
  @Answers(201, 'Create a token. Its secret is in this answer and nowhere else', createdTokenSchema)
  create(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Body({ schema: createTokenSchema }) body: CreateToken,
  ): Promise<CreatedTokenBody> {
    return this.tokens.create(caller, sender, body);
  }

  @Get(':id')
  @Answers(200, 'One token', tokenSchema)
  read(
    @Caller() caller: Actor,
    @Param({ schema: tokenParamsSchema }) { id }: { id: string },
  ): Promise<TokenBody> {
    return this.tokens.read(caller.workspaceId, id);
  }

  @Patch(':id')
  @Answers(
    200,
    'Change what a token may do, or until when; open sockets that go beyond it are closed',
    tokenSchema,
  )
  change(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: tokenParamsSchema }) { id }: { id: string },
    @Body({ schema: changeTokenSchema }) body: ChangeToken,
  ): Promise<TokenBody> {
    return this.tokens.change(caller, sender, id, body);
  }

  @Post(':id/rotate')
  @Answers(201, 'A new token in the place of this one, which may be used for a while yet', rotatedTokenSchema)
  rotate(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: tokenParamsSchema }) { id }: { id: string },
    @Body({ schema: rotateTokenSchema }) body: RotateToken,
  ): Promise<RotatedTokenBody> {
    return this.tokens.rotate(caller, sender, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Answers(204, 'Revoke a token; its open sockets are closed')
  revoke(
    @Caller() caller: Actor,
    @Param({ schema: tokenParamsSchema }) { id }: { id: string },
  ): Promise<void> {
    return this.tokens.revoke(caller, id);
  }
}
