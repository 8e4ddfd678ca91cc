import { Problem } from '@binnacle/contracts';

/** The ETag of a numbered version. */
export function versionEtag(version: number): string {
  return `"${version}"`;
}

/** The version that an `If-Match` names; undefined without the header. */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) return undefined;
  const match = /^(?:W\/)?"(\d{1,10})"$/.exec(ifMatch.trim());
  if (match === null)
    throw new Problem('version_conflict', 'If-Match must be the ETag of the version it was based on.');
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
