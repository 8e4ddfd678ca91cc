import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  type ChangeUser,
  changeUserSchema,
  type CreatedPasswordResetBody,
  createdPasswordResetSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type UserBody,
  userParamsSchema,
  userSchema,
  type Nothing,
  nothingSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Answers } from '../../openapi/answers.decorator.js';
import { Caller } from '../caller.decorator.js';
import type { Principal } from '../principal.js';
import { Sender } from '../sender.decorator.js';
import { PasswordsService } from './passwords.service.js';
import { CallerOnce } from './person.decorator.js';
import { UsersService } from './users.service.js';

interface Params {
  readonly id: string;
}

@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
  ) {}

  @Get()
  @Answers(200, 'The people of this workspace', pageOf(userSchema))
  list(
    @Caller() caller: Actor,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<UserBody>> {
    return this.users.list(caller.workspaceId, page);
  }

  @Get(':id')
  @Answers(200, 'One of the people of this workspace', userSchema)
  read(@Caller() caller: Actor, @Param({ schema: userParamsSchema }) { id }: Params): Promise<UserBody> {
    return this.users.read(caller.workspaceId, id);
  }

  @Patch(':id')
  @Answers(200, 'Say what somebody may do in this workspace; holds everywhere at once', userSchema)
  change(
    @Caller() caller: Actor,
    @Sender() sender: Principal,
    @Param({ schema: userParamsSchema }) { id }: Params,
    @Body({ schema: changeUserSchema }) body: ChangeUser,
  ): Promise<UserBody> {
    return this.users.change(caller, sender, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  @Answers(204, 'End somebody’s membership; his account stays')
  remove(@Caller() caller: Actor, @Param({ schema: userParamsSchema }) { id }: Params): Promise<void> {
    return this.users.remove(caller, id);
  }

  @Post(':id/password-reset')
  @Answers(
    201,
    'For operators: a one-time token by which somebody chooses a new password. It is in this answer and nowhere else',
    createdPasswordResetSchema,
  )
  resetPassword(
    @CallerOnce() caller: Actor,
    @Param({ schema: userParamsSchema }) { id }: Params,
    @Body({ schema: nothingSchema }) _body: Nothing,
  ): Promise<CreatedPasswordResetBody> {
    return this.passwords.createReset(caller, id);
  }
}
