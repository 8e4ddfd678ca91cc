/** How somebody is called to people, who stands in the audit as `user:ann@example.org` or `token:ci`. */
export function actorName(actor: string): string {
  const [kind, ...rest] = actor.split(':');
  const name = rest.join(':');
  if (kind === 'user') return name;
  return name === '' ? actor : `${kind} ${name}`;
}
