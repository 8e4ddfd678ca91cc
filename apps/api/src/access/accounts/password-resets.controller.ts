import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type UsePasswordReset, usePasswordResetSchema } from '@binnacle/contracts';
import { Answers } from '../../openapi/answers.decorator.js';
import type { RequestOrigin } from './account-actor.js';
import { OwnPages } from './own-pages.js';
import { PasswordsService } from './passwords.service.js';
import { Origin } from './person.decorator.js';

@Controller('password-resets')
export class PasswordResetsController {
  constructor(
    private readonly pages: OwnPages,
    private readonly passwords: PasswordsService,
  ) {}

  @Post('use')
  @HttpCode(204)
  @Answers(204, 'Choose a new password by a one-time token; every session of the user ends')
  use(
    @Req() request: FastifyRequest,
    @Origin() origin: RequestOrigin,
    @Body({ schema: usePasswordResetSchema }) body: UsePasswordReset,
  ): Promise<void> {
    this.pages.refuseOthers(request.headers);
    return this.passwords.useReset(body, origin);
  }
}
