import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi-document.js';

const DOCS_PATH = '/api/docs';

/** The reference begins with an inline script and styles itself inline; nothing comes from elsewhere. */
const POLICY_OF_REFERENCE =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** The OpenAPI document, and a page to browse it. */
export async function serveReference(nest: NestFastifyApplication, server: FastifyInstance): Promise<void> {
  server.addHook('onSend', (request, reply, _payload, next) => {
    if (request.url.startsWith(DOCS_PATH)) {
      void reply
        .header('content-security-policy', POLICY_OF_REFERENCE)
        .header('cross-origin-opener-policy', 'same-origin')
        .header('x-frame-options', 'DENY');
    }
    next();
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
