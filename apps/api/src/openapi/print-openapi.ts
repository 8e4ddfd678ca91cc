import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../app.module.js';
import { readEnvironment } from '../environment.js';
import { useApiPrefix } from '../http/api-prefix.js';
import { openApiDocument } from './openapi-document.js';

/** Stand for what the environment must name; nothing is opened in preview mode. */
const nowhere = () => ({
  BINNACLE_DATABASE_URL: 'postgres://nowhere.invalid/none',
  BINNACLE_REDIS_URL: 'redis://nowhere.invalid',
  BINNACLE_ADMIN_TOKEN: 'disabled',
  BINNACLE_SECRETS_KEY: randomBytes(32).toString('base64'),
});

/** The document that a running API serves, from its modules alone: no provider is made, no address is opened. */
export async function printOpenApi(): Promise<OpenAPIObject> {
  const application = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(readEnvironment(nowhere())),
    new FastifyAdapter(),
    { preview: true, abortOnError: false, logger: ['error', 'fatal'] },
  );
  useApiPrefix(application);
  return openApiDocument(application);
}
