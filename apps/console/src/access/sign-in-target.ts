/** Where to go after the sign-in: a path of this page, and never another site's. */
export function readTarget(search: Record<string, unknown>): { to?: string } {
  const { to } = search;
  return typeof to === 'string' && isOwnPath(to) ? { to } : {};
}

function isOwnPath(target: string): boolean {
  // `//host` and `/\host` would leave this origin.
  return /^\/(?![/\\])/.test(target) && !target.startsWith('/sign-in');
}
