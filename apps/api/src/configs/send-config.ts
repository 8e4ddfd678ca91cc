import type { FastifyReply } from 'fastify';
import { matchesEtag } from '../http/etag.js';
import type { ServedConfig } from './config-cache.js';

/** Answers with the config, or with 304 when the caller has it; undefined for when nothing newer came in time. */
export function sendConfig(
  reply: FastifyReply,
  config: ServedConfig | undefined,
  ifNoneMatch: string | undefined,
): void {
  if (config === undefined) return void reply.status(304).send();
  if (matchesEtag(ifNoneMatch, config.etag)) return void reply.status(304).header('etag', config.etag).send();
  void reply
    .header('etag', config.etag)
    .header('cache-control', 'no-cache')
    .type('application/json')
    .send(config.body);
}
