import { Problem } from '@binnacle/contracts';

/** The ETag of a numbered version. */
export function versionEtag(version: number): string {
  return `"${version}"`;
}

/** What an `If-Match` asks for: a version, any that there is (`*`), or nothing without the header. */
export type ExpectedVersion = number | '*' | undefined;

/** @throws Problem invalid_request for what is no ETag of a version */
export function expectedVersion(ifMatch: string | undefined): ExpectedVersion {
  if (ifMatch === undefined) return undefined;
  if (ifMatch.trim() === '*') return '*';
  const match = /^(?:W\/)?"(\d{1,10})"$/.exec(ifMatch.trim());
  if (match === null)
    throw new Problem(
      'invalid_request',
      'If-Match must be one ETag as it was received, with its quotes: "3".',
    );
  return Number(match[1]);
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
