import { createHash, type KeyObject } from 'node:crypto';
import { isRecord } from '../is-record.js';
import { reasonOf } from '../logger.js';
import { openSecrets, sealSecrets, type SealPlace } from './cache-key.js';
import { readRevision, type RevisionReading } from './read-revision.js';
import type { PublishedRevision } from './snapshot.js';

const FORMAT = 1;

/** Whose configuration a file holds. */
export type CacheIdentity = { readonly url: string; readonly service: string; readonly environment: string };

/**
 * A line with the SHA-256 of all that follows, then JSON: no changed byte goes unseen. Secrets are in it only sealed with
 * the key; without one they are left out.
 */
export function encodeCacheFile(
  identity: CacheIdentity,
  { secrets, ...revision }: PublishedRevision,
  key: KeyObject | null = null,
): Buffer {
  const sealed =
    secrets === undefined || key === null
      ? {}
      : { sealedSecrets: sealSecrets(key, placeOf(identity, revision), secrets) };
  const body = Buffer.from(JSON.stringify({ format: FORMAT, ...identity, ...revision, ...sealed }));
  return Buffer.concat([Buffer.from(`${checksum(body)}\n`), body]);
}

/** With the secrets of the file if it holds any and they open with the key. */
export function decodeCacheFile(
  bytes: Buffer,
  identity: CacheIdentity,
  key: KeyObject | null = null,
): RevisionReading {
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
  const { secrets: _plain, sealedSecrets, ...rest } = value;
  const reading = readRevision(rest);
  if (!reading.ok || key === null || typeof sealedSecrets !== 'string') return reading;
  const secrets = openSecrets(key, placeOf(identity, reading.published), sealedSecrets);
  return secrets === null ? reading : { ok: true, published: { ...reading.published, secrets } };
}

function placeOf(
  { url, service, environment }: CacheIdentity,
  { epoch, revision, hash }: PublishedRevision,
): SealPlace {
  return ['binnacle agent cache', url, service, environment, epoch, revision, hash];
}

function checksum(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
