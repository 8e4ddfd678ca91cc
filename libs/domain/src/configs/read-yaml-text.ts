import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  Parser,
  type YAMLMap,
} from 'yaml';
import {
  HALF_CHARACTER_MESSAGE,
  LONE_SURROGATE,
  LOST_DIGITS_MESSAGE,
  PROTO_KEY_MESSAGE,
} from './check-json-value.js';
import type { ContentError } from './content-limits.js';
import { type Json, setOwn } from './json.js';
import { appendPointer, type JsonPointer } from './json-pointer.js';
import { textError } from './text-position.js';

/** How often a document may refer to its anchors. What the references expand to is bounded by the content limits. */
const MAX_ALIASES = 1000;
/** How many open tokens of the parser one level of nesting may take; there are two at most, and a document. */
const MAX_TOKENS_PER_LEVEL = 4;

/**
 * Reads YAML 1.2 (core schema) into JSON, or gives the first mistake. Aliases share the value that they name, so
 * that the result of a few lines may be astronomically large when written out: check the limits before any use.
 */
export function readYamlText(
  text: string,
  maxDepth: number,
): { ok: true; value: Json } | { ok: false; error: ContentError } {
  try {
    return { ok: true, value: new YamlReader(text, maxDepth).read() };
  } catch (error) {
    if (error instanceof YamlFault) return { ok: false, error: error.contentError(text) };
    throw error;
  }
}

/** Thrown inside this file only. */
class YamlFault extends Error {
  readonly #pointer: JsonPointer;
  readonly #offset: number;

  constructor(message: string, pointer: JsonPointer, offset: number) {
    super(message);
    this.#pointer = pointer;
    this.#offset = offset;
  }

  contentError(text: string): ContentError {
    return textError(text, { offset: this.#offset, pointer: this.#pointer, message: this.message });
  }
}

class YamlReader {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #anchored = new Map<string, Json>();
  #aliases = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  read(): Json {
    const [document, second] = this.#documents();
    if (document === undefined) return null;
    const error = document.errors[0];
    if (error) throw new YamlFault(errorMessage(error.code, error.message), '', error.pos[0]);
    if (document.directives.yaml.version !== '1.2') {
      throw new YamlFault('only YAML 1.2 is read; remove the %YAML line', '', 0);
    }
    if (second) {
      const at = second.contents?.range?.[0] ?? this.#text.length;
      throw new YamlFault('must be one YAML document; remove the "---" above and what follows it', '', at);
    }
    return this.#value(document.contents, '', 1, 0);
  }

  #documents(): Document.Parsed[] {
    const parser = new Parser();
    const tokens: CST.Token[] = [];
    for (const lexeme of new Lexer().lex(this.#text)) {
      for (const token of parser.next(lexeme)) tokens.push(token);
      // What is nested far too deep would take seconds to parse to its end, and the stack to compose.
      if (parser.stack.length > this.#maxDepth * MAX_TOKENS_PER_LEVEL) {
        throw new YamlFault(`is nested deeper than ${this.#maxDepth} levels`, '', parser.offset);
      }
    }
    for (const token of parser.end()) tokens.push(token);
    const composer = new Composer({
      version: '1.2',
      schema: 'core',
      // The composer compares every key with every other; this reader finds duplicates itself, in linear time.
      uniqueKeys: false,
    });
    return [...composer.compose(tokens, true, this.#text.length)];
  }

  #value(node: Node | null, pointer: JsonPointer, depth: number, offset: number): Json {
    if (node === null) return null;
    const at = node.range?.[0] ?? offset;
    if (isAlias(node)) return this.#alias(node, pointer, at);
    if (node.tag !== undefined) {
      throw new YamlFault(`the tag ${shorten(node.tag)} is not allowed; write a plain value`, pointer, at);
    }
    const value = this.#untagged(node, pointer, depth, at);
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchored.set(node.anchor, value);
    return value;
  }

  #untagged(node: Node, pointer: JsonPointer, depth: number, at: number): Json {
    if (isScalar(node)) return this.#scalar(node.value, pointer, at);
    if (depth > this.#maxDepth) {
      throw new YamlFault(`is nested deeper than ${this.#maxDepth} levels`, pointer, at);
    }
    if (isMap(node)) return this.#map(node, pointer, depth, at);
    if (isSeq(node)) {
      return node.items.map((item, index) =>
        this.#value(item as Node | null, appendPointer(pointer, index), depth + 1, at),
      );
    }
    throw new YamlFault('is not a value that JSON can hold', pointer, at);
  }

  #map(node: YAMLMap, pointer: JsonPointer, depth: number, at: number): Json {
    const result: { [key: string]: Json } = {};
    const keys = new Set<string>();
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const keyAt = pair.key?.range?.[0] ?? at;
      const key = this.#key(pair.key, pointer, keyAt);
      const memberPointer = appendPointer(pointer, key);
      if (key === '__proto__') throw new YamlFault(PROTO_KEY_MESSAGE, memberPointer, keyAt);
      if (keys.has(key)) {
        const message = `the key "${shorten(key)}" stands twice in one mapping; keep one`;
        throw new YamlFault(message, memberPointer, keyAt);
      }
      keys.add(key);
      setOwn(result, key, this.#value(pair.value, memberPointer, depth + 1, keyAt));
    }
    return result;
  }

  #key(node: Node | null, pointer: JsonPointer, at: number): string {
    if (!isScalar(node)) throw new YamlFault('a key must be a string', pointer, at);
    if (node.tag !== undefined || node.anchor !== undefined) {
      throw new YamlFault('a key must be a plain string, without tag or anchor', pointer, at);
    }
    if (typeof node.value !== 'string') {
      const source = shorten(node.source ?? String(node.value));
      throw new YamlFault(`a key must be a string; write "${source}" in quotes`, pointer, at);
    }
    if (node.value === '<<' && node.type === 'PLAIN') {
      throw new YamlFault('YAML 1.2 has no merge key "<<"; write the members out', pointer, at);
    }
    return node.value;
  }

  #scalar(value: unknown, pointer: JsonPointer, at: number): Json {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'string') {
      if (LONE_SURROGATE.test(value)) throw new YamlFault(HALF_CHARACTER_MESSAGE, pointer, at);
      return value;
    }
    if (typeof value !== 'number') throw new YamlFault('is not a value that JSON can hold', pointer, at);
    if (!Number.isFinite(value)) {
      throw new YamlFault('JSON has no NaN and no infinity; write it as a string, in quotes', pointer, at);
    }
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw new YamlFault(`${LOST_DIGITS_MESSAGE}, in quotes`, pointer, at);
    }
    return value;
  }

  #alias(node: Alias, pointer: JsonPointer, at: number): Json {
    this.#aliases += 1;
    if (this.#aliases > MAX_ALIASES) {
      throw new YamlFault(`must use at most ${MAX_ALIASES} aliases; write the values out`, pointer, at);
    }
    const value = this.#anchored.get(node.source);
    if (value === undefined) {
      const message = `the alias *${shorten(node.source)} names no anchor that is complete before it`;
      throw new YamlFault(message, pointer, at);
    }
    return value;
  }
}

function errorMessage(code: string, message: string): string {
  if (code === 'RESOURCE_EXHAUSTION') return 'is nested too deeply';
  return shorten(message, 200);
}

function shorten(text: string, maxLength = 80): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
