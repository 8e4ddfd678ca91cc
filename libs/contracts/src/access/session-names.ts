/** A cookie of this name is taken by browsers from this host alone, and only over TLS (RFC 6265bis §4.1.3). */
export const SESSION_COOKIE = '__Host-binnacle';
/** With every request of a session that may change something. */
export const CSRF_HEADER = 'x-csrf-token';
