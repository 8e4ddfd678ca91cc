import type { FastifyReply } from 'fastify';
import type { PlainSecrets } from '../secrets/secret-delivery.js';
import type { ServedConfig } from './config-cache.js';

/** One revision has two representations, and an ETag for each: one who may have its secrets does not stop at the other. */
export function etagOf({ etag, secrets }: ServedConfig, withSecrets: boolean): string {
  return withSecrets && secrets !== undefined ? `${etag.slice(0, -1)}.secrets"` : etag;
}

/** Answers with the config; with plain secrets beside it, in an answer that nothing may keep. */
export function sendConfig(
  reply: FastifyReply,
  config: ServedConfig,
  secrets: PlainSecrets | undefined,
): void {
  const body =
    secrets === undefined ? config.body : `${config.body.slice(0, -1)},"secrets":${JSON.stringify(secrets)}}`;
  void reply
    .header('etag', etagOf(config, secrets !== undefined))
    .header('cache-control', secrets === undefined ? 'no-cache' : 'no-store')
    .type('application/json')
    .send(body);
}
