/**
 * What browsers are to be told with every answer, made once and not for each request. Answers of the API are data: a
 * browser may do nothing with them, and what else there is to say of pages does not apply. Whether this host is reached
 * by TLS is known to who terminates it, not here: so no strict-transport-security.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
