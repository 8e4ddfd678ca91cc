import {
  HALF_CHARACTER_MESSAGE,
  LONE_SURROGATE,
  numberFault,
  PROTO_KEY_MESSAGE,
} from './check-json-value.js';
import { appendPointer } from './json-pointer.js';

/** The first mistake in a JSON text: where it begins, and where it lies in the document when that is known. */
export type JsonTextFault = { offset: number; pointer: string; message: string };

type Container =
  { kind: 'object'; keys: Set<string>; key: string | undefined } | { kind: 'array'; index: number };

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A part of a string's inside. Bounded, for the engine keeps a way back for every part; nothing follows that needs one. */
// oxlint-disable-next-line no-control-regex
const INSIDE = /(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){1,1000}/y;
const LITERALS = ['true', 'false', 'null'] as const;

const MAX_SHOWN_KEY = 80;

/**
 * Reads a JSON text (RFC 8259) once, without recursion, and gives its first mistake. Finds what `JSON.parse` keeps
 * silent about, a key that stands twice in one object, and says where, which `JSON.parse` does differently in every
 * engine.
 *
 * @param withValues finds numbers that lose digits and halves of surrogate pairs too, which are JSON all the same
 */
export function scanJsonText(text: string, maxDepth: number, withValues = false): JsonTextFault | undefined {
  return new JsonScanner(text, maxDepth, withValues).scan();
}

class JsonScanner {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #withValues: boolean;
  readonly #open: Container[] = [];
  #at = 0;
  #fault: JsonTextFault | undefined;

  constructor(text: string, maxDepth: number, withValues: boolean) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#withValues = withValues;
  }

  scan(): JsonTextFault | undefined {
    this.#value();
    while (this.#fault === undefined) {
      const container = this.#open.at(-1);
      if (container === undefined) break;
      this.#next(container);
    }
    this.#skipSpace();
    if (this.#fault === undefined && this.#at < this.#text.length) {
      this.#fail(`expected the end of the text, found ${this.#found()}`);
    }
    return this.#fault;
  }

  /** After a value: the comma and what follows it, or the end of the container. */
  #next(container: Container): void {
    this.#skipSpace();
    const close = container.kind === 'object' ? '}' : ']';
    if (this.#take(close)) {
      this.#open.pop();
    } else if (!this.#take(',')) {
      this.#fail(`expected "," or "${close}", found ${this.#found()}`);
    } else if (container.kind === 'object') {
      this.#member(container);
    } else {
      container.index += 1;
      this.#value();
    }
  }

  #value(): void {
    this.#skipSpace();
    const char = this.#text[this.#at];
    if (char === '{' || char === '[') this.#openContainer(char);
    else if (char === '"') this.#string();
    else this.#scalar();
  }

  #openContainer(bracket: '{' | '['): void {
    if (this.#open.length === this.#maxDepth) {
      this.#fail(`is nested deeper than ${this.#maxDepth} levels`);
      return;
    }
    this.#at += 1;
    this.#skipSpace();
    if (bracket === '{') {
      if (this.#take('}')) return;
      const container: Container = { kind: 'object', keys: new Set(), key: undefined };
      this.#open.push(container);
      this.#member(container);
    } else {
      if (this.#take(']')) return;
      this.#open.push({ kind: 'array', index: 0 });
      this.#value();
    }
  }

  /** One `"key": value`. A value that is a container is left open: the loop of `scan` goes on in it. */
  #member(container: Extract<Container, { kind: 'object' }>): void {
    this.#skipSpace();
    container.key = undefined;
    const keyAt = this.#at;
    if (this.#text[keyAt] !== '"') {
      this.#fail(`expected a key in double quotes, found ${this.#found()}`);
      return;
    }
    if (!this.#string()) return;
    const source = this.#text.slice(keyAt, this.#at);
    container.key = source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1);
    if (container.key === '__proto__') return this.#fail(PROTO_KEY_MESSAGE, keyAt);
    if (container.keys.has(container.key)) {
      return this.#fail(`the key ${shown(source)} stands twice in one object; keep one`, keyAt);
    }
    container.keys.add(container.key);
    this.#skipSpace();
    if (!this.#take(':')) this.#fail(`expected ":" after the key ${shown(source)}, found ${this.#found()}`);
    else this.#value();
  }

  #string(): boolean {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    for (INSIDE.lastIndex = at; INSIDE.test(text); INSIDE.lastIndex = at) at = INSIDE.lastIndex;
    const char = text[at];
    if (char === '"') {
      this.#at = at + 1;
      return !this.#withValues || this.#isWhole(start, at + 1);
    }
    if (char === '\\') {
      this.#fail('this escape is not one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX', at);
      return false;
    }
    if (char !== undefined) {
      this.#fail('a string holds a line break or another control character; write it as an escape', at);
      return false;
    }
    this.#fail('this string has no closing quote');
    return false;
  }

  /** Of a string: does it hold whole characters only? */
  #isWhole(start: number, end: number): boolean {
    const source = this.#text.slice(start, end);
    if (!LONE_SURROGATE.test(source.includes('\\') ? (JSON.parse(source) as string) : source)) return true;
    this.#fail(HALF_CHARACTER_MESSAGE, start);
    return false;
  }

  #scalar(): void {
    const literal = LITERALS.find((word) => this.#text.startsWith(word, this.#at));
    NUMBER.lastIndex = this.#at;
    if (literal !== undefined) this.#at += literal.length;
    else if (NUMBER.test(this.#text)) this.#number(NUMBER.lastIndex);
    else this.#fail(`expected a value, found ${this.#found()}`);
  }

  #number(end: number): void {
    const fault = this.#withValues ? numberFault(Number(this.#text.slice(this.#at, end))) : undefined;
    if (fault === undefined) this.#at = end;
    else this.#fail(fault);
  }

  #skipSpace(): void {
    for (; ; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #found(): string {
    const char = this.#text.codePointAt(this.#at);
    return char === undefined ? 'the end of the text' : JSON.stringify(String.fromCodePoint(char));
  }

  #fail(message: string, offset: number = this.#at): void {
    const pointer = this.#open.reduce((parent, container) => {
      const token = container.kind === 'object' ? container.key : container.index;
      return token === undefined ? parent : appendPointer(parent, token);
    }, '');
    this.#fault ??= { offset, pointer, message };
  }
}

function shown(key: string): string {
  return key.length > MAX_SHOWN_KEY ? `${key.slice(0, MAX_SHOWN_KEY)}…` : key;
}
