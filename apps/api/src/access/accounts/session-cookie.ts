import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import { SESSION_COOKIE } from '@binnacle/contracts';

const SECRET_PATTERN = /^bns_[\w-]{43}$/;
/** SameSite=Lax: a link from elsewhere finds one signed in, and what it could change asks for more than the cookie. */
const ATTRIBUTES = {
  name: SESSION_COOKIE,
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'lax',
} as const;

/** The secret of a session, out of a `Cookie` header. */
export function sessionSecretIn(cookieHeader: string | undefined): string | undefined {
  if (cookieHeader === undefined || !cookieHeader.includes(SESSION_COOKIE)) return undefined;
  const secret = parseCookie(cookieHeader)[SESSION_COOKIE];
  return secret !== undefined && SECRET_PATTERN.test(secret) ? secret : undefined;
}

/** For a `Set-Cookie` header. */
export function sessionCookie(secret: string, expiresAt: Date): string {
  return stringifySetCookie({ ...ATTRIBUTES, value: secret, expires: expiresAt });
}

export function clearedSessionCookie(): string {
  return stringifySetCookie({ ...ATTRIBUTES, value: '', maxAge: 0 });
}

/** What a page of ours has to send with its requests: another site can have the cookie sent, but cannot know this. */
export function csrfTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('csrf').digest('base64url');
}

export function isCsrfTokenOf(secret: string, given: string | string[] | undefined): boolean {
  if (typeof given !== 'string') return false;
  const [expected, actual] = [Buffer.from(csrfTokenOf(secret)), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
