import type { FieldError } from '@binnacle/contracts';

/** One thing that is wrong or warned of, with all places where it is. */
export interface Finding {
  /** Into the document; empty for the whole. */
  readonly pointer: string;
  readonly message: string;
  /** `orders in prod`, `prod`; empty when it is wrong everywhere. */
  readonly places: readonly string[];
  /** Of a text that cannot be read. */
  readonly isSyntax: boolean;
}

/** Where the document lies in what is sent to the API. */
const CONTENT = '/content';

/** What the server found, once for all environments that it was found in. */
export function findingsOf(errors: readonly FieldError[]): Finding[] {
  const found = new Map<string, Finding & { places: string[] }>();
  for (const { pointer: sent, message, service, environment, ...more } of errors) {
    const isBelow = sent === CONTENT || sent.startsWith(`${CONTENT}/`);
    const pointer = isBelow ? sent.slice(CONTENT.length) : sent;
    const key = `${pointer} ${message}`;
    const known = found.get(key) ?? {
      pointer,
      message,
      places: [],
      isSyntax: 'line' in more && more.line !== undefined,
    };
    found.set(key, known);
    const place = [service, environment].filter((name) => name !== undefined).join(' in ');
    if (place !== '' && !known.places.includes(place)) known.places.push(place);
  }
  return [...found.values()];
}
