import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const GIVEN_PATTERN = /^[\w.-]{1,64}$/;
const OWN_LENGTH = 36;

/**
 * An id of our own, which nobody else can have chosen, for the logs and the audit. The one that the sender calls his
 * request by (`x-request-id`) follows after a slash, so that it is found there too: `<own>/<given>`.
 */
export function makeRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const own = randomUUID();
  const given = headers['x-request-id'];
  return typeof given === 'string' && GIVEN_PATTERN.test(given) ? `${own}/${given}` : own;
}

/** What the sender is told of it: his own id if he gave one. */
export function shownRequestId(id: string): string {
  return id.length > OWN_LENGTH ? id.slice(OWN_LENGTH + 1) : id;
}
