import { Body, Controller, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBody, ApiHeader } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  type ConfigSchemaBody,
  configSchemaSchema,
  pageOf,
  type PageQuery,
  pageQuerySchema,
  putSchemaQuerySchema,
  type SchemaCheckBody,
  schemaCheckSchema,
  schemaVersionParamsSchema,
  type SchemaVersionBody,
  schemaVersionSchema,
  serviceParamsSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Caller } from '../access/caller.decorator.js';
import { expectedVersion, versionEtag } from '../http/etag.js';
import { Answers } from '../openapi/answers.decorator.js';
import { SchemasService } from './schemas.service.js';

const SCHEMA_BODY = {
  schema: { type: 'object', additionalProperties: true },
  description: 'The JSON Schema itself',
} as const;

@Controller('services/:service/schema')
export class SchemasController {
  constructor(private readonly schemas: SchemasService) {}

  @Get()
  @Answers(200, 'The schema in force', configSchemaSchema)
  async read(
    @Caller() caller: Actor,
    @Param({ schema: serviceParamsSchema }) { service }: { service: string },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfigSchemaBody> {
    return tagged(reply, await this.schemas.read(caller.workspaceId, service));
  }

  @Put()
  @ApiHeader({ name: 'if-match', required: false, description: 'ETag of the schema this is based on' })
  @ApiBody(SCHEMA_BODY)
  @Answers(200, 'Put a new version of the schema', configSchemaSchema)
  async put(
    @Caller() caller: Actor,
    @Param({ schema: serviceParamsSchema }) { service }: { service: string },
    @Query({ schema: putSchemaQuerySchema }) { force }: { force: boolean },
    @Headers('if-match') ifMatch: string | undefined,
    @Body() schema: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfigSchemaBody> {
    return tagged(
      reply,
      await this.schemas.put(caller, service, schema, { isForced: force, basedOn: expectedVersion(ifMatch) }),
    );
  }

  @Post('check')
  @HttpCode(200)
  @ApiBody(SCHEMA_BODY)
  @Answers(200, 'What putting this schema would say', schemaCheckSchema)
  check(
    @Caller() { workspaceId }: Actor,
    @Param({ schema: serviceParamsSchema }) { service }: { service: string },
    @Body() schema: unknown,
  ): Promise<SchemaCheckBody> {
    return this.schemas.check(workspaceId, service, schema);
  }

  @Get('versions')
  @Answers(200, 'Versions of the schema, newest first', pageOf(schemaVersionSchema))
  listVersions(
    @Caller() caller: Actor,
    @Param({ schema: serviceParamsSchema }) { service }: { service: string },
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<SchemaVersionBody>> {
    return this.schemas.listVersions(caller.workspaceId, service, page);
  }

  @Get('versions/:version')
  @Answers(200, 'One version of the schema', configSchemaSchema)
  readVersion(
    @Caller() caller: Actor,
    @Param({ schema: schemaVersionParamsSchema }) { service, version }: { service: string; version: number },
  ): Promise<ConfigSchemaBody> {
    return this.schemas.read(caller.workspaceId, service, version);
  }
}

function tagged(reply: FastifyReply, answer: ConfigSchemaBody): ConfigSchemaBody {
  void reply.header('etag', versionEtag(answer.version));
  return answer;
}
