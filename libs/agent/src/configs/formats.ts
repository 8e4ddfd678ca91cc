import { isIP } from 'node:net';
import type { Json } from '@binnacle/domain';

export type FormatName =
  'url' | 'http-url' | 'email' | 'hostname' | 'ip' | 'port' | 'duration' | 'uuid' | 'date-time';

interface Format {
  readonly words: string;
  readonly isMet: (value: Json) => boolean;
}

const MAX_CHARACTERS = 2_048;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOSTNAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`, 'i');
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** As people write them (`250ms`, `1h30m`), or as ISO 8601 does (`PT30S`). */
const DURATION = /^(?:\d{1,15}(?:\.\d{1,9})?(?:ms|s|m|h|d)){1,5}$/;
const ISO_DURATION = /^P(?=.)(?:\d{1,9}[YMWD]){0,4}(?:T(?=.)(?:\d{1,9}[HMS]){1,3})?$/;
/** RFC 3339. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
/** What mail programs accept in front of the @, without quotes. */
const MAILBOX = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/i;

export const FORMATS: Readonly<Record<FormatName, Format>> = {
  url: text('a URL', (value) => URL.canParse(value)),
  'http-url': text('a URL that begins with http:// or https://', (value) => {
    return /^https?:\/\//i.test(value) && URL.canParse(value);
  }),
  email: text('an email address', (value) => {
    const at = value.lastIndexOf('@');
    return MAILBOX.test(value.slice(0, at)) && HOSTNAME.test(value.slice(at + 1));
  }),
  hostname: text('a host name', (value) => HOSTNAME.test(value)),
  ip: text('an IP address', (value) => isIP(value) !== 0),
  port: { words: 'a port from 1 to 65535', isMet: isPort },
  duration: text('a duration such as 250ms, 1h30m or PT30S', (value) => {
    return DURATION.test(value) || ISO_DURATION.test(value);
  }),
  uuid: text('a UUID', (value) => UUID.test(value)),
  'date-time': text('a date and time such as 2026-01-31T12:00:00Z', (value) => {
    return DATE_TIME.test(value) && !Number.isNaN(Date.parse(value));
  }),
};

function text(words: string, isMet: (value: string) => boolean): Format {
  return {
    words,
    isMet: (value) => typeof value === 'string' && value.length <= MAX_CHARACTERS && isMet(value),
  };
}

function isPort(value: Json): boolean {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}
