/** The token of an `Authorization` header (RFC 6750 §2.1). */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/=-]{1,256})$/i.exec(authorization ?? '')?.[1];
}
