import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { Authenticator } from './authenticator.js';
import { QueryGuard } from './query.guard.js';
import { SocketGuard } from './socket-guard.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { TokenUsage } from './token-usage.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [AccountsModule],
  controllers: [TokensController],
  providers: [
    Authenticator,
    TokenAuthenticator,
    SocketGuard,
    TokensService,
    TokenUsage,
    { provide: APP_GUARD, useClass: AccessGuard },
    // After it: who may not do it is told nothing more.
    { provide: APP_GUARD, useClass: QueryGuard },
  ],
  exports: [Authenticator, TokenAuthenticator, SocketGuard],
})
export class AccessModule {}
