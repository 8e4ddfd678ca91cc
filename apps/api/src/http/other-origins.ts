import cors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What pages of other origins may read of an answer, besides its body. */
const EXPOSED_HEADERS = ['ETag', 'Retry-After', 'X-Request-Id'];
const ALLOWED_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-CSRF-Token',
  'X-Request-Id',
];
const PREFLIGHT_SECONDS = 600;

/** Lets pages of the listed origins, and of no others, call the API (CORS), with their cookies if they have any. */
export async function answerOtherOrigins(
  nest: NestFastifyApplication,
  listed: readonly string[],
): Promise<void> {
  if (listed.length === 0) return;
  const origins = new Set(listed);
  await nest.register(cors, {
    origin: (origin, decide) => decide(null, origin !== undefined && origins.has(origin)),
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
}
