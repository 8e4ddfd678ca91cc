import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { CSRF_HEADER, type Need, problemSchema, SESSION_COOKIE } from '@binnacle/contracts';
import type { z } from 'zod';
import { neededBy } from '../access/route-access.js';
import { SchemaConverter } from './schema-converter.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

type Parameter = NonNullable<Operation['parameters']>[number];

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** POSTs that do not keep their answer: a check changes nothing, and a token's secret is kept nowhere. */
const WITHOUT_IDEMPOTENCY_KEY: ReadonlySet<string> = new Set([
  'Documents.validate',
  'Invitations.accept',
  'Invitations.create',
  'PasswordResets.use',
  'Session.signIn',
  'Tokens.create',
  'Tokens.rotate',
  'Users.resetPassword',
  'Workspaces.create',
]);

/** Names of the two credentials in the document. */
const TOKEN = 'bearer';
const SESSION = 'session';

const IDEMPOTENCY_KEY = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  description: 'sent again with the same request, it answers as the first time and does nothing',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

/** With a session, whatever may change something carries it; with a token, nothing does. */
const CSRF_TOKEN = {
  name: CSRF_HEADER,
  in: 'header',
  description: 'with a session only: the `csrfToken` of `GET /session`',
  schema: { type: 'string' },
} as const;

/** The OpenAPI 3.1 document of the routes, with the zod schemas of `contracts` as its components. */
export function openApiDocument(application: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Binnacle')
    .setDescription('Configuration, health and shared circuit breakers of a fleet of services.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', bearerFormat: 'an API token, see /tokens' }, TOKEN)
    .addCookieAuth(SESSION_COOKIE, { type: 'apiKey', description: 'of a signed-in browser' }, SESSION)
    .setOpenAPIVersion('3.1.0')
    .build();
  const converter = new SchemaConverter();
  const document = SwaggerModule.createDocument(application, config, {
    standardSchemaConverter: (schema, { schemaType }) => ({
      schema: converter.convert(schema as z.ZodType, schemaType),
      components: {},
    }),
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}.${method}`,
  });
  const problem = converter.convert(problemSchema, 'output');
  for (const [template, path] of Object.entries(document.paths))
    for (const method of METHODS) {
      const operation = path[method];
      if (operation === undefined) continue;
      addProblems(operation, problem);
      const need = neededBy(method.toUpperCase(), template.replaceAll(/\{(\w+)\}/g, ':$1'));
      if (need !== undefined) operation.security = securityOf(need);
      const takesKey = method === 'post' && !WITHOUT_IDEMPOTENCY_KEY.has(operation.operationId ?? '');
      if (takesKey) addParameter(operation, IDEMPOTENCY_KEY);
      if (method !== 'get' && need !== undefined && need !== 'anyone')
        addParameter(operation, { ...CSRF_TOKEN, required: need === 'person' });
    }
  return converter.settle(document);
}

function addParameter(operation: Operation, parameter: Parameter): void {
  operation.parameters = [...(operation.parameters ?? []), parameter];
}

/** Which credentials a route takes, any one of them. */
function securityOf(need: Need): Record<string, string[]>[] {
  if (need === 'anyone') return [];
  const session = { [SESSION]: [] };
  return need === 'person' ? [session] : [{ [TOKEN]: [] }, session];
}

/** Every route may also answer with problem details. */
function addProblems(operation: Operation, schema: Record<string, unknown>): void {
  const content = { 'application/problem+json': { schema } };
  operation.responses['4XX'] = { description: 'The request cannot be served as it is (RFC 9457)', content };
  operation.responses['5XX'] = { description: 'The server could not serve it now (RFC 9457)', content };
}
