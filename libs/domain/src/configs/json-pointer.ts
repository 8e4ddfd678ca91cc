/** A JSON Pointer (RFC 6901): `''` is the whole document, `/server/port` a place in it. */
export type JsonPointer = string;

const TILDE = /~/g;
const SLASH = /\//g;
const ESCAPED_SLASH = /~1/g;
const ESCAPED_TILDE = /~0/g;

/** Writes one reference token so that it can stand in a pointer (RFC 6901 §3). */
export function escapePointerToken(token: string): string {
  if (!token.includes('~') && !token.includes('/')) return token;
  return token.replace(TILDE, '~0').replace(SLASH, '~1');
}

/** Reads one token of a pointer. `~1` goes first, so that `~01` becomes `~1` (RFC 6901 §4). */
export function unescapePointerToken(token: string): string {
  return token.includes('~') ? token.replace(ESCAPED_SLASH, '/').replace(ESCAPED_TILDE, '~') : token;
}

/** The pointer to a member or an element of what `pointer` names. */
export function appendPointer(pointer: JsonPointer, token: string | number): JsonPointer {
  return `${pointer}/${typeof token === 'number' ? token : escapePointerToken(token)}`;
}

/** The unescaped tokens of a pointer; none for the whole document. */
export function pointerTokens(pointer: JsonPointer): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapePointerToken);
}
