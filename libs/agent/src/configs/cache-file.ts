import { createHash } from 'node:crypto';
import { isRecord } from '../is-record.js';
import { reasonOf } from '../logger.js';
import { readRevision, type RevisionReading } from './read-revision.js';
import type { PublishedRevision } from './snapshot.js';

const FORMAT = 1;

/** Whose configuration a file holds. */
export type CacheIdentity = { readonly url: string; readonly service: string; readonly environment: string };

/** A line with the SHA-256 of all that follows, then JSON: no changed byte goes unseen. */
export function encodeCacheFile(identity: CacheIdentity, published: PublishedRevision): Buffer {
  const body = Buffer.from(JSON.stringify({ format: FORMAT, ...identity, ...published }));
  return Buffer.concat([Buffer.from(`${checksum(body)}\n`), body]);
}

export function decodeCacheFile(bytes: Buffer, identity: CacheIdentity): RevisionReading {
  const lineEnd = bytes.indexOf('\n');
  const body = bytes.subarray(lineEnd + 1);
  if (lineEnd < 0 || bytes.subarray(0, lineEnd).toString('latin1') !== checksum(body)) {
    return { ok: false, reason: 'it is damaged (wrong checksum)' };
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
  if (!isRecord(value) || value['format'] !== FORMAT) return { ok: false, reason: 'its format is not known' };
  const { url, service, environment } = identity;
  if (value['url'] !== url || value['service'] !== service || value['environment'] !== environment) {
    return { ok: false, reason: 'it belongs to another service' };
  }
  return readRevision(value);
}

function checksum(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
