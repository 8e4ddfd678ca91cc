import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';

@Module({
  controllers: [TokensController],
  providers: [TokenAuthenticator, TokensService, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [TokenAuthenticator],
})
export class AccessModule {}
