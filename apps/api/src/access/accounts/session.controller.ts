import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ChangePassword,
  changePasswordSchema,
  type ChooseWorkspace,
  chooseWorkspaceSchema,
  type SessionStateBody,
  sessionStateSchema,
  type SignIn,
  signInSchema,
} from '@binnacle/contracts';
import type { Actor } from '@binnacle/store';
import { Answers } from '../../openapi/answers.decorator.js';
import { unauthenticated } from '../unauthenticated.js';
import type { Principal } from '../principal.js';
import { Sender } from '../sender.decorator.js';
import { OwnPages } from './own-pages.js';
import { type RequestOrigin } from './account-actor.js';
import { PasswordsService } from './passwords.service.js';
import { CallerOnce, Origin, Person, type PersonPrincipal } from './person.decorator.js';
import { clearedSessionCookie, sessionCookie, sessionSecretIn } from './session-cookie.js';
import { type IssuedSession, SessionsService } from './sessions.service.js';

@Controller('session')
export class SessionController {
  constructor(
    private readonly pages: OwnPages,
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordsService,
  ) {}

  @Post()
  @HttpCode(200)
  @Answers(200, 'Sign in: the session comes as a cookie', sessionStateSchema)
  async signIn(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Origin() origin: RequestOrigin,
    @Body({ schema: signInSchema }) body: SignIn,
  ): Promise<SessionStateBody> {
    this.pages.refuseOthers(request.headers);
    const issued = await this.sessions.signIn(body, origin, sessionSecretIn(request.headers.cookie));
    return this.answer(reply, issued);
  }

  @Get()
  @Answers(200, 'Who sends this, by session or by token', sessionStateSchema)
  read(@Req() request: FastifyRequest, @Sender() sender: Principal): Promise<SessionStateBody> {
    if (sender.via === 'token') return this.sessions.describeToken(sender);
    const secret = sessionSecretIn(request.headers.cookie);
    if (secret === undefined) throw unauthenticated();
    return this.sessions.describe(secret);
  }

  @Patch()
  @Answers(200, 'Go on in another workspace, with a new cookie and CSRF token', sessionStateSchema)
  async choose(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CallerOnce() caller: Actor,
    @Person() person: PersonPrincipal,
    @Body({ schema: chooseWorkspaceSchema }) { workspace }: ChooseWorkspace,
  ): Promise<SessionStateBody> {
    return this.answer(reply, await this.sessions.chooseWorkspace(caller, person, workspace));
  }

  @Delete()
  @HttpCode(204)
  @Answers(204, 'Sign out')
  async signOut(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CallerOnce() caller: Actor,
    @Person() person: PersonPrincipal,
  ): Promise<void> {
    await this.sessions.end(caller, person, person.credentialId);
    void reply.header('set-cookie', clearedSessionCookie());
  }

  @Put('password')
  @Answers(200, 'Choose another password: every other session of this user ends', sessionStateSchema)
  async changePassword(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CallerOnce() caller: Actor,
    @Person() person: PersonPrincipal,
    @Origin() origin: RequestOrigin,
    @Body({ schema: changePasswordSchema }) body: ChangePassword,
  ): Promise<SessionStateBody> {
    return this.answer(reply, await this.passwords.change(caller, person, body, origin));
  }

  private answer(reply: FastifyReply, { secret, expiresAt }: IssuedSession): Promise<SessionStateBody> {
    void reply.header('set-cookie', sessionCookie(secret, expiresAt));
    return this.sessions.describe(secret);
  }
}
