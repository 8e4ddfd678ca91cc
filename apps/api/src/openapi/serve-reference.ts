import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { referenceHeaders } from '../http/security-headers.js';
import { openApiDocument } from './openapi-document.js';

const DOCS_PATH = '/api/docs';
const SCRIPT_AGE_SECONDS = 3_600;

/** The OpenAPI document, and a page to browse it. */
export async function serveReference(nest: NestFastifyApplication, server: FastifyInstance): Promise<void> {
  const { publicUrl } = nest.get<Environment>(ENVIRONMENT).front;
  server.addHook('onSend', (request, reply, payload, next) => {
    if (request.routeOptions.url?.startsWith(DOCS_PATH) === true) {
      const isPage = String(reply.getHeader('content-type')).startsWith('text/html');
      const scripts = isPage && typeof payload === 'string' ? inlineScripts(payload) : [];
      void reply.headers(referenceHeaders(publicUrl, scripts));
      // It is the same for everybody, large, and changes with a new release only.
      if (!isPage) void reply.header('cache-control', `public, max-age=${SCRIPT_AGE_SECONDS}`);
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

/** What stands between the tags of a page's scripts. */
function inlineScripts(page: string): string[] {
  return [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([^]*?)<\/script>/g)].map(([, text = '']) => text);
}
