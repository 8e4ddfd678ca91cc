import { basename, dirname, relative } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { consoleFileHeaders, consoleHeaders } from '../http/security-headers.js';
import { consoleDirectory, ConsolePage, newNonce } from './console-page.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the answer, which is a page of the console. */
    consoleNonce?: string;
  }
}

/** What never is a page: a wrong address below these is told as what it is. */
const NO_PAGES = /^\/(api|assets|livez|readyz|metrics|socket\.io)(\/|\?|$)/;
const FILES = '/assets/';
const YEAR_SECONDS = 31_536_000;

/**
 * Serves the console at every address at which a browser asks for a page. Its router knows which there are; what it is
 * made of lies in `/assets` under names that change with the content.
 */
export async function serveConsole(
  nest: NestFastifyApplication,
  server: FastifyInstance,
  directory: string | undefined = consoleDirectory(),
): Promise<void> {
  const { publicUrl } = nest.get<Environment>(ENVIRONMENT).front;
  const built = directory === undefined ? undefined : ConsolePage.read(directory);
  const page = built ?? ConsolePage.notBuilt;
  server.addHook('onRequest', (request, reply, next) => {
    if (!asksForPage(request)) return next();
    request.consoleNonce = newNonce();
    // A page from before an update would ask for files that are gone.
    void reply
      .status(built === undefined ? 503 : 200)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('vary', 'accept')
      .send(page.with(request.consoleNonce));
  });
  const fileHeaders = consoleFileHeaders(publicUrl);
  server.addHook('onSend', (request, reply, _payload, next) => {
    if (request.consoleNonce !== undefined)
      void reply.headers(consoleHeaders(publicUrl, request.consoleNonce));
    else if (request.routeOptions.url?.startsWith(FILES) === true) void reply.headers(fileHeaders);
    next();
  });
  if (built === undefined || directory === undefined) return;
  await nest.register(fastifyStatic, {
    root: directory,
    // One route for each file that was built, and none for anything else.
    wildcard: false,
    globIgnore: ['index.html*', '**/*.br', '**/*.gz'],
    index: false,
    preCompressed: true,
    decorateReply: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = basename(dirname(relative(directory, path))) === 'assets';
      const caching = isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
      void reply.header('cache-control', caching);
    },
  });
}

/** A browser that shows a page says that it takes HTML; programs and the console's own requests do not. */
function asksForPage({ is404, method, url, headers }: FastifyRequest): boolean {
  if (!is404 || (method !== 'GET' && method !== 'HEAD') || NO_PAGES.test(url)) return false;
  return headers.accept?.includes('text/html') === true;
}
