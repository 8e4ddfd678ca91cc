import { canonicalJson, contentHash, isJsonObject } from '@binnacle/domain';
import { isRecord } from '../is-record.js';
import { reasonOf } from '../logger.js';
import { readSecrets, type Secrets } from './secrets.js';
import type { PublishedRevision } from './snapshot.js';

export type RevisionReading =
  | { readonly ok: true; readonly published: PublishedRevision }
  | { readonly ok: false; readonly reason: string };

/** Takes a revision from outside, a push or a file, only when its content is what its hash says. */
export function readRevision(value: unknown): RevisionReading {
  const secrets = isRecord(value) ? readSecrets(value['secrets']) : new Map();
  return secrets === null
    ? { ok: false, reason: 'its secrets are not texts by name' }
    : readWith(value, secrets);
}

function readWith(value: unknown, secrets: Secrets): RevisionReading {
  if (!isRecord(value)) return { ok: false, reason: 'it is not an object' };
  const { epoch, revision, hash, content } = value;
  if (typeof epoch !== 'string' || epoch === '') return { ok: false, reason: 'it has no epoch' };
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 1) {
    return { ok: false, reason: 'its revision is not a positive whole number' };
  }
  if (typeof hash !== 'string' || !isJsonObject(content))
    return { ok: false, reason: 'it has no hash or no content' };
  try {
    if (contentHash(canonicalJson(content)) !== hash)
      return { ok: false, reason: 'its content does not match its hash' };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
  const published = { epoch, revision, hash, content };
  return { ok: true, published: secrets.size === 0 ? published : { ...published, secrets } };
}
