import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type PairParams,
  pairParamsSchema,
  type PutSecret,
  type PutSecretAnswerBody,
  putSecretAnswerSchema,
  putSecretSchema,
  type RevealedSecretBody,
  revealedSecretSchema,
  type RevealSecret,
  revealSecretSchema,
  type SecretBody,
  type SecretParams,
  secretParamsSchema,
  secretSchema,
  type SecretVersionBody,
  secretVersionSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import { expectedVersion, versionEtag } from '../http/etag.js';
import { Answers } from '../openapi/answers.decorator.js';
import { SecretsService } from './secrets.service.js';

@Controller('services/:service/environments/:environment/secrets')
export class SecretsController {
  constructor(private readonly secrets: SecretsService) {}

  @Get()
  @Answers(200, 'Secrets of a service in an environment, by name; never their values', pageOf(secretSchema))
  list(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: pairParamsSchema }) params: PairParams,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<SecretBody>> {
    return this.secrets.list(workspaceId, params, page);
  }

  @Get(':name')
  @Answers(200, 'A secret without its value', secretSchema)
  async read(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: secretParamsSchema }) params: SecretParams,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SecretBody> {
    return tagged(reply, await this.secrets.read(workspaceId, params));
  }

  @Put(':name')
  @ApiHeader({
    name: 'if-match',
    required: false,
    description: 'ETag of the version this takes the place of',
  })
  @Answers(200, 'Create a secret, or a new version of it', putSecretAnswerSchema)
  async put(
    @Caller() caller: Actor,
    @Param({ schema: secretParamsSchema }) params: SecretParams,
    @Body({ schema: putSecretSchema }) { value }: PutSecret,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PutSecretAnswerBody> {
    return tagged(reply, await this.secrets.put(caller, params, value, expectedVersion(ifMatch)));
  }

  @Delete(':name')
  @HttpCode(204)
  @Answers(204, 'Delete a secret that no current revision refers to')
  async remove(
    @Caller() caller: Actor,
    @Param({ schema: secretParamsSchema }) params: SecretParams,
  ): Promise<void> {
    await this.secrets.remove(caller, params);
  }

  @Get(':name/versions')
  @Answers(200, 'Versions of a secret, newest first; never their values', pageOf(secretVersionSchema))
  listVersions(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: secretParamsSchema }) params: SecretParams,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<SecretVersionBody>> {
    return this.secrets.listVersions(workspaceId, params, page);
  }

  @Post(':name/reveal')
  @HttpCode(200)
  @Answers(200, 'The plain value; who asked for it stands in the audit', revealedSecretSchema)
  reveal(
    @Caller() caller: Actor,
    @Param({ schema: secretParamsSchema }) params: SecretParams,
    @Body({ schema: revealSecretSchema }) { version }: RevealSecret,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RevealedSecretBody> {
    void reply.header('cache-control', 'no-store');
    return this.secrets.reveal(caller, params, version);
  }
}

function tagged<Answer extends { readonly version: number }>(reply: FastifyReply, answer: Answer): Answer {
  void reply.header('etag', versionEtag(answer.version));
  return answer;
}
