import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  type CreatedTokenBody,
  type CreateToken,
  createdTokenSchema,
  createTokenSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type TokenBody,
  tokenParamsSchema,
  tokenSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Answers } from '../openapi/answers.decorator.js';
import { Caller } from './caller.decorator.js';
import { Needs } from './needs.decorator.js';
import { TokensService } from './tokens.service.js';

@Controller('tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @Needs('tokens:write')
  @Answers(200, 'API tokens, newest first', pageOf(tokenSchema))
  list(
    @Caller() caller: Actor,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<TokenBody>> {
    return this.tokens.list(caller.workspaceId, page);
  }

  @Post()
  @Needs('tokens:write')
  @Answers(201, 'Create a token. Its secret is in this answer and nowhere else', createdTokenSchema)
  create(
    @Caller() caller: Actor,
    @Body({ schema: createTokenSchema }) body: CreateToken,
  ): Promise<CreatedTokenBody> {
    return this.tokens.create(caller, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Needs('tokens:write')
  @Answers(204, 'Revoke a token; its open sockets are closed')
  revoke(
    @Caller() caller: Actor,
    @Param({ schema: tokenParamsSchema }) { id }: { id: string },
  ): Promise<void> {
    return this.tokens.revoke(caller, id);
  }
}
