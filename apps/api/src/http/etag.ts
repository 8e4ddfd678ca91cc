import { Problem } from '@binnacle/contracts';

/** The ETag of a numbered version. */
export function versionEtag(version: number): string {
  return `"${version}"`;
}

/** What an `If-Match` asks for: one of these versions, any that there is (`*`), or nothing without the header. */
export type ExpectedVersion = readonly number[] | '*' | undefined;

const ENTITY_TAGS = /^(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*$/;

/** An ETag that is none of a version matches none. @throws Problem invalid_request for what is no ETag at all */
export function expectedVersion(ifMatch: string | undefined): ExpectedVersion {
  if (ifMatch === undefined) return undefined;
  const value = ifMatch.trim();
  if (value === '*') return '*';
  if (!ENTITY_TAGS.test(value))
    throw new Problem(
      'invalid_request',
      'If-Match must be an ETag as it was received, with its quotes: "3".',
    );
  return [...value.matchAll(/"(\d{1,10})"/g)].map(([, digits]) => Number(digits));
}

/** Whether one of the ETags of an `If-None-Match` is this one (weak comparison, RFC 9110 §13.1.2). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  return ifNoneMatch.split(',').some((candidate) => {
    const value = candidate.trim();
    return value === '*' || (value.startsWith('W/') ? value.slice(2) : value) === etag;
  });
}
