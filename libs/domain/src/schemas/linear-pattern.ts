import { RE2JS } from 're2js';

/** A pattern that answers in time linear to the text. `size` counts the instructions of its program. */
export type LinearPattern = { size: number; test(text: string): boolean };

// What ECMAScript counts as white space and as line ends is more than RE2 does.
const SPACE =
  '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NO_SPACE =
  '\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
  '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';
const TOKEN = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\[^]|[.[\]]/g;
const NO_LINE_END = '[^\\n\\r\\x{2028}\\x{2029}]';

const REMEDIES: readonly [RegExp, string][] = [
  [/\(\?<?[=!]/, 'lookahead and lookbehind are not supported; use "not", "allOf" or several patterns'],
  [/\\(?:[1-9]|k<)/, 'back-references are not supported; write the repetition out'],
  [
    /\\[pP]\{/,
    'use the short name of a Unicode category, such as \\p{L}, or of a script, such as \\p{Greek}',
  ],
  [/\{\d+/, 'a repetition may count to at most 1000, also when nested; use minLength and maxLength'],
];

/**
 * Compiles a regular expression of JSON Schema (ECMAScript with the `u` flag) for an engine without backtracking, so
 * that no pattern can stall the process. The message tells why a pattern is refused and what to do.
 */
export function compileLinearPattern(
  pattern: string,
  { ignoreCase = false }: { ignoreCase?: boolean } = {},
): { ok: true; pattern: LinearPattern } | { ok: false; message: string } {
  try {
    // Only the syntax is checked here: the engine that backtracks never sees a text.
    new RegExp(pattern, 'u');
  } catch (error) {
    return { ok: false, message: `is not a regular expression: ${reason(error)}` };
  }
  try {
    const translated = RE2JS.translateRegExp(withEcmaScriptClasses(pattern));
    const program = RE2JS.compile(translated, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { ok: true, pattern: { size: program.programSize(), test: (text) => program.test(text) } };
  } catch (error) {
    const remedy = REMEDIES.find(([sign]) => sign.test(pattern))?.[1];
    return { ok: false, message: `cannot run in linear time: ${remedy ?? reason(error)}` };
  }
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > 160 ? `${message.slice(0, 160)}…` : message;
}

/** Spells out `.`, `\s`, `\S` and escaped surrogate pairs as ECMAScript defines them. */
function withEcmaScriptClasses(pattern: string): string {
  let inClass = false;
  return pattern.replace(TOKEN, (token) => {
    switch (token) {
      case '[':
        inClass = true;
        return token;
      case ']':
        inClass = false;
        return token;
      case '.':
        return inClass ? token : NO_LINE_END;
      case '\\s':
        return inClass ? SPACE : `[${SPACE}]`;
      case '\\S':
        return inClass ? NO_SPACE : `[${NO_SPACE}]`;
      case '\\b':
        return inClass ? '\\x{8}' : token;
      case '\\k':
        // RE2 would read a plain "k".
        throw new SyntaxError('a named back-reference');
      default:
        return token.length === 12 ? (JSON.parse(`"${token}"`) as string) : token;
    }
  });
}
