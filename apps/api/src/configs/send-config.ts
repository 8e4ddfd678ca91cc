import type { FastifyReply } from 'fastify';
import type { ConfigTextFormat } from '@binnacle/contracts';
import type { PlainSecrets } from '../secrets/secret-delivery.js';
import type { ServedConfig } from './config-cache.js';

/** One revision has two representations, and an ETag for each: one who may have its secrets does not stop at the other. */
export function etagOf({ etag, secrets }: ServedConfig, withSecrets: boolean): string {
  return withSecrets && secrets !== undefined ? `${etag.slice(0, -1)}.secrets"` : etag;
}

const MEDIA_TYPES: Readonly<Record<ConfigTextFormat, string>> = {
  // RFC 9512
  yaml: 'application/yaml',
  env: 'text/plain; charset=utf-8',
  properties: 'text/plain; charset=utf-8',
};

/** A text is the same for everybody who may read it: secrets stay references. */
export function textEtagOf({ etag }: ServedConfig, format: ConfigTextFormat): string {
  return `${etag.slice(0, -1)}.${format}"`;
}

export function sendConfigText(
  reply: FastifyReply,
  config: ServedConfig,
  format: ConfigTextFormat,
  text: string,
): void {
  void reply
    .header('etag', textEtagOf(config, format))
    .header('cache-control', 'no-cache')
    .type(MEDIA_TYPES[format])
    .send(text);
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
