/** What people write where a secret belongs, and what stands in manuals. Only words too long to occur by chance. */
const USUAL_WORDS = [
  'administrator',
  'admin',
  'binnacle',
  'change',
  'default',
  'disabled',
  'example',
  'insert',
  'letmein',
  'metrics',
  'openssl',
  'passphrase',
  'password',
  'passwort',
  'placeholder',
  'please',
  'postgres',
  'private',
  'production',
  'qwerty',
  'random',
  'redis',
  'replace',
  'root',
  'sample',
  'secret',
  'setit',
  'string',
  'super',
  'test',
  'text',
  'this',
  'token',
  'user',
  'value',
  'your',
  '0123456789',
  '1234567890',
  '12345678',
  'abcdefgh',
];

const MIN_CHARACTERS = 16;
const MIN_DISTINCT_CHARACTERS = 8;
/** Characters that must be left when the usual words are taken away. */
const MIN_OWN_CHARACTERS = 8;
const KEY_BYTES = 32;
/** Of 32 random bytes more than 20 differ, but for one case in many billions. */
const MIN_DISTINCT_BYTES = 16;
const KEY_PATTERN = /^[A-Za-z0-9+/]{43}=$/;
const KEY_ID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;

const REMEDY = 'make one with: openssl rand -base64 32';

/** Of so many characters a text is hard to guess though it is made of words, when something is left beside them. */
const LONG_CHARACTERS = 24;
const MIN_OWN_CHARACTERS_OF_LONG = 4;
const DIGITS = /^\d+$/;

/**
 * What is wrong with a secret that somebody chose, in words that do not repeat it; undefined when nothing is.
 *
 * @param isForTrial on a single machine, for trying: only its form counts
 */
export function faultOfSecret(secret: string | undefined, isForTrial = false): string | undefined {
  if (secret === undefined || secret === '') return `is missing: ${REMEDY}`;
  if (/[^\x21-\x7e]/.test(secret)) return `must be printable ASCII without blanks: ${REMEDY}`;
  if (secret.length < MIN_CHARACTERS || secret.length > 256)
    return `must have ${MIN_CHARACTERS} to 256 characters: ${REMEDY}`;
  if (isForTrial) return undefined;
  if (new Set(secret).size < MIN_DISTINCT_CHARACTERS) return `repeats too few characters: ${REMEDY}`;
  const isLong = secret.length >= LONG_CHARACTERS;
  const own = USUAL_WORDS.reduce(
    (left, word) => (isLong && DIGITS.test(word) ? left : left.replaceAll(word, '')),
    secret.toLowerCase().replaceAll(/[^a-z0-9]/g, ''),
  );
  if (own.length < (isLong ? MIN_OWN_CHARACTERS_OF_LONG : MIN_OWN_CHARACTERS))
    return `is made of words that others would guess: ${REMEDY}`;
  return undefined;
}

/**
 * What is wrong with a key ring in text: 32 bytes in base64, or several as `id:base64` with commas between them. Says
 * nothing of the keys themselves. Undefined when nothing is wrong.
 */
export function faultOfKeyRing(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return `is missing: ${REMEDY}`;
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length === 1 && entries[0]?.includes(':') === false) return faultOfKey(entries[0]);
  const ids = entries.map((entry) => entry.slice(0, entry.indexOf(':')));
  if (entries.some((entry, index) => !entry.includes(':') || !KEY_ID_PATTERN.test(ids[index] ?? '')))
    return 'with several keys must give each as id:base64, with commas between them';
  if (new Set(ids).size < ids.length) return 'uses one id for two keys';
  return entries.map((entry) => faultOfKey(entry.slice(entry.indexOf(':') + 1))).find(Boolean);
}

function faultOfKey(base64: string): string | undefined {
  if (!KEY_PATTERN.test(base64)) return `must be ${KEY_BYTES} bytes in base64: ${REMEDY}`;
  const bytes = Buffer.from(base64, 'base64');
  // Random bytes are never all of them printable: this is a text that somebody chose.
  const isText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (isText || new Set(bytes).size < MIN_DISTINCT_BYTES) return `is not random: ${REMEDY}`;
  return undefined;
}
