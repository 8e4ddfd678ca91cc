import { isUtf8 } from 'node:buffer';
import { textPlace } from '@binnacle/domain';

/** A byte order mark of UTF-16, or a zero byte near the beginning, which no JSON text in UTF-8 has. */
const OTHER_ENCODING = /^(?:fffe|feff|..00|00|....00|......00)/;
const UTF8_MARK = 'efbbbf';
/** What stands for invalid bytes may also stand in the text itself. */
const MAX_REPLACEMENTS_LOOKED_AT = 100;

/** Which encoding a body has that JSON between programs may not have (RFC 8259 §8.1), if so. */
export function findEncodingFault(bytes: Buffer): string | undefined {
  const beginning = bytes.toString('hex', 0, 4);
  if (beginning.startsWith(UTF8_MARK))
    return 'The body begins with a byte order mark: send UTF-8 without one.';
  if (OTHER_ENCODING.test(beginning)) return 'The body is UTF-16 or UTF-32: send UTF-8.';
  return isUtf8(bytes) ? undefined : `The body is not valid UTF-8${placeOfInvalid(bytes)}.`;
}

function placeOfInvalid(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  let at = text.indexOf('\ufffd');
  for (let looked = 0; at !== -1 && looked < MAX_REPLACEMENTS_LOOKED_AT; looked++) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (bytes.toString('hex', offset, offset + 3) !== 'efbfbd') {
      const { line, column } = textPlace(text, at);
      return `: line ${line}, column ${column}`;
    }
    at = text.indexOf('\ufffd', at + 1);
  }
  return '';
}
