import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi-document.js';

const DOCS_PATH = '/api/docs';

/** Answers of the API are data: a browser may do nothing with them. */
const POLICY_OF_API = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
/** The reference begins with an inline script and styles itself inline; nothing comes from elsewhere. */
const POLICY_OF_REFERENCE =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** The OpenAPI document, a page to browse it, and the security headers of every answer. */
export async function serveReference(nest: NestFastifyApplication, server: FastifyInstance): Promise<void> {
  await nest.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY_OF_API },
    // Whether this host is reached by TLS is known to who terminates it, not here.
    strictTransportSecurity: false,
  });
  server.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith(DOCS_PATH)) void reply.header('content-security-policy', POLICY_OF_REFERENCE);
  });
  const document = openApiDocument(nest);
  server.get('/api/openapi.json', () => document);
  await nest.register(scalar, {
    routePrefix: DOCS_PATH,
    configuration: {
      url: '/api/openapi.json',
      withDefaultFonts: false,
      hideClientButton: true,
      telemetry: false,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
}
