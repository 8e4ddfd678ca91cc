import { type Dice, hostileValue, mutated } from './fuzz-values.js';

/** JSON Schema as the OpenAPI document has it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface FuzzRequest {
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | undefined;
}

export function routesOf({ paths }: OpenApi): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

const HOSTILE_SEGMENTS = [
  '%00', '%ff%fe', '%zz', '%', '..', '.', '%2e%2e%2fetc', 'a'.repeat(64), 'a'.repeat(300), '__proto__', 'constructor',
  '%F0%9F%92%A5', '-', 'UPPER', 'a%20b', '1e9', '-1', '99999999999999999999', '%D800', ';x=1', '*', "'--", '',
]; // prettier-ignore
const HOSTILE_QUERIES = [
  'limit=1&limit=2', 'limit[]=1', 'limit[x]=1', '__proto__=1', '__proto__[polluted]=1', 'constructor[prototype][polluted]=1',
  'limit=1e400', 'limit=-1', 'limit=%00', 'cursor=%ff', `cursor=${'a'.repeat(3_000)}`, 'cursor=e30', 'cursor=bnVsbA', '=', '&&&', '%', 'a'.repeat(2_000),
  'explain=true', 'verbose', 'environment=%00', 'from=0&to=99999999999999',
]; // prettier-ignore
const HOSTILE_HEADERS: readonly (readonly [string, string])[] = [
  ['if-match', '*'], ['if-match', '"1"'], ['if-match', 'W/"1", "2"'], ['if-match', '1'], ['if-match', `"${'9'.repeat(400)}"`],
  ['if-none-match', '*'], ['if-none-match', ','.repeat(5_000)], ['idempotency-key', 'k'], ['idempotency-key', ''], ['idempotency-key', 'x'.repeat(300)],
  ['idempotency-key', '\xff\xfe'], ['x-request-id', 'a b\tc'], ['x-request-id', 'x'.repeat(5_000)], ['x-forwarded-for', '1.2.3.4, ::1, evil'],
  ['x-forwarded-host', 'evil.example'], ['x-forwarded-proto', 'javascript'], ['cookie', '__Host-binnacle=x; __proto__=1; =;;'], ['cookie', 'a'.repeat(4_000)],
  ['origin', 'null'], ['origin', 'https://evil.example'], ['accept', 'text/html;q=9'], ['accept-encoding', 'zstd, br;q=0, *'], ['accept-version', '1.x'],
  ['x-csrf-token', '1'], ['range', 'bytes=0-1'], ['transfer-encoding', 'chunked'], ['x-http-method-override', 'DELETE'], ['expect', '100-continue'],
]; // prettier-ignore
const CONTENT_TYPES = [
  'application/json; charset=utf-16', 'text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded',
  'application/json;', 'application/problem+json', 'x', '/', 'application/json, application/json',
]; // prettier-ignore

/** Makes requests out of an OpenAPI document: about half of them as it asks for, the others not. */
export class RequestFuzzer {
  readonly routes: readonly Route[];
  readonly #document: OpenApi;
  /** Values of path parameters that name something, by parameter. */
  readonly #names: Readonly<Record<string, readonly string[]>>;

  constructor(document: OpenApi, names: Readonly<Record<string, readonly string[]>>) {
    this.#document = document;
    this.#names = names;
    this.routes = routesOf(document);
  }

  make(route: Route, dice: Dice): FuzzRequest {
    const { operation, method } = route;
    const parameters = operation.parameters ?? [];
    const path = route.path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => this.#segment(name, dice));
    const query = this.#query(parameters, dice);
    const headers: Record<string, string> = {};
    for (const { name, in: place, schema } of parameters)
      if (place === 'header' && dice.chance(0.5)) headers[name] = headerText(this.#value(schema, dice));
    if (dice.chance(0.3)) {
      const [name, value] = dice.pick(HOSTILE_HEADERS);
      headers[name] = value;
    }
    const schema = operation.requestBody?.content?.['application/json']?.schema;
    const body = schema === undefined && !dice.chance(0.1) ? undefined : this.#body(schema, dice);
    if (body !== undefined)
      headers['content-type'] = dice.chance(0.93) ? 'application/json' : dice.pick(CONTENT_TYPES);
    return { route: route.name, method, path: query === '' ? path : `${path}?${query}`, headers, body };
  }

  #segment(name: string, dice: Dice): string {
    const known = this.#names[name];
    if (known !== undefined && dice.chance(0.8)) return dice.pick(known);
    if (dice.chance(0.3)) return '00000000-0000-4000-8000-000000000000';
    return dice.pick(HOSTILE_SEGMENTS);
  }

  #query(parameters: readonly Parameter[], dice: Dice): string {
    const parts: string[] = [];
    for (const { name, in: place, schema, required } of parameters) {
      if (place !== 'query' || (required !== true && dice.chance(0.6))) continue;
      const value = dice.chance(0.7) ? this.#value(schema, dice) : hostileValue(dice);
      // A long poll is answered after a second; this is not about waiting.
      const text = name === 'wait' ? String(dice.below(2)) : textOf(value);
      parts.push(`${name}=${encoded(text)}`);
    }
    if (dice.chance(0.15)) parts.push(dice.pick(HOSTILE_QUERIES));
    return parts.join('&').slice(0, 8_000);
  }

  #body(schema: Schema | undefined, dice: Dice): Buffer {
    let value = this.#value(schema, dice);
    const fate = dice.next();
    if (fate < 0.4) for (let times = dice.below(3); times >= 0; times--) value = mutated(value, dice);
    const text = JSON.stringify(value) ?? 'null';
    if (fate < 0.88) return Buffer.from(text);
    return dice.pick([
      () => Buffer.from(text.slice(0, dice.below(text.length))),
      () => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0xfe, 0xc0, 0x80])]),
      () => Buffer.from(text, 'utf16le'),
      () => Buffer.from(`\ufeff${text}`),
      () => Buffer.from(text.replaceAll('"', "'")),
      () => Buffer.from(text.replace(/\d/, '1e999')),
      () => Buffer.from(`${text}${text}`),
      () => Buffer.from(`{"__proto__":{"polluted":true},${text.slice(1)}`),
      () => Buffer.from(`{"constructor":{"prototype":{"polluted":true}},${text.slice(1)}`),
      () => Buffer.from('['.repeat(50_000)),
      () => Buffer.from(`{"content":${'[1],'.repeat(60_000)}}`),
      () => Buffer.from(JSON.stringify({ ...Object(value), padding: 'x'.repeat(300_000) })),
      () => Buffer.from(JSON.stringify({ content: { text: 'y'.repeat(5_000_000) } })),
      () => Buffer.from(JSON.stringify({ content: 'a: &a [x]\nb: *a\n<<: *a\n', format: 'yaml' })),
      () => Buffer.from(JSON.stringify({ content: `${'- '.repeat(20_000)}x`, format: 'yaml' })),
      () => Buffer.alloc(dice.below(2_000), dice.below(256)),
    ])();
  }

  /** Something that the schema allows, or nearly. */
  #value(schema: Schema | undefined, dice: Dice, depth = 0): unknown {
    if (schema === undefined || depth > 6) return hostileValue(dice);
    if (schema.$ref !== undefined)
      return this.#value(
        this.#document.components.schemas[schema.$ref.split('/').at(-1) ?? ''],
        dice,
        depth + 1,
      );
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return dice.pick(schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return this.#value(dice.pick(choices), dice, depth + 1);
    if (schema.allOf !== undefined) {
      const parts = schema.allOf.map((part) => this.#value(part, dice, depth + 1));
      return Object.assign({}, ...parts.map((part) => Object(part) as object)) as object;
    }
    const type = typeof schema.type === 'string' ? schema.type : dice.pick(schema.type ?? ['object']);
    switch (type) {
      case 'string':
        return this.#string(schema, dice);
      case 'integer':
      case 'number': {
        const least = Math.max(schema.minimum ?? 0, -1_000);
        const most = Math.min(schema.maximum ?? 1_000, least + 1_000_000);
        const number = least + dice.next() * (most - least);
        return type === 'integer' ? Math.round(number) : number;
      }
      case 'boolean':
        return dice.chance(0.5);
      case 'null':
        return null;
      case 'array':
        return Array.from({ length: dice.below(4) }, () => this.#value(schema.items, dice, depth + 1));
      default:
        return this.#object(schema, dice, depth);
    }
  }

  #string({ format }: Schema, dice: Dice): string {
    if (format === 'date-time') return new Date(Date.UTC(2027, dice.below(12), 1)).toISOString();
    if (format === 'email') return `fuzz${dice.below(100)}@example.org`;
    if (format === 'uuid') return '00000000-0000-4000-8000-000000000000';
    return dice.pick([`fuzz-${dice.below(200)}`, ...Object.values(this.#names).flat()]);
  }

  #object({ properties = {}, required = [] }: Schema, dice: Dice, depth: number): object {
    const object: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(properties))
      if (required.includes(key) || dice.chance(0.5)) object[key] = this.#value(inner, dice, depth + 1);
    // An object that may hold anything: a document, a schema, labels.
    if (Object.keys(properties).length === 0)
      for (let count = dice.below(4); count > 0; count--) object[`key${count}`] = hostileValue(dice);
    return object;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Header fields hold no control characters, and of others one byte each. */
function headerText(value: unknown): string {
  return textOf(value)
    .replaceAll(/[^\x20-\x7e\x80-\xff]/g, '?')
    .slice(0, 2_000);
}
