import { Module } from '@nestjs/common';
import { AccountLog } from './account-log.js';
import { Credentials } from './credentials.js';
import { FirstAdmin } from './first-admin.js';
import { InvitationAcceptanceService } from './invitation-acceptance.service.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsService } from './invitations.service.js';
import { OwnPages } from './own-pages.js';
import { PasswordHasher } from './password-hasher.js';
import { PasswordResetsController } from './password-resets.controller.js';
import { PasswordsService } from './passwords.service.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { SessionPace } from './session-pace.js';
import { SessionController } from './session.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { Standing } from './standing.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesService } from './workspaces.service.js';

@Module({
  controllers: [
    SessionController,
    SessionsController,
    UsersController,
    InvitationsController,
    PasswordResetsController,
    WorkspacesController,
  ],
  providers: [
    AccountLog,
    Credentials,
    FirstAdmin,
    InvitationAcceptanceService,
    InvitationsService,
    OwnPages,
    PasswordHasher,
    PasswordsService,
    SessionAuthenticator,
    SessionPace,
    SessionsService,
    SignInThrottle,
    Standing,
    UsersService,
    WorkspacesService,
  ],
  exports: [FirstAdmin, SessionAuthenticator, Standing],
})
export class AccountsModule {}
