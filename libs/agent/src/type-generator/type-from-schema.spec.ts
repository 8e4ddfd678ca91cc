import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '@binnacle/domain';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeFromSchema } from './type-from-schema.js';

let directory: string;
let count = 0;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'binnacle-types-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What the compiler says about a declaration and what is done with it. */
function compile(source: string): string[] {
  const file = join(directory, `case-${(count += 1)}.ts`);
  writeFileSync(file, source);
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    types: [],
    skipLibCheck: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const SHOP: Json = {
  title: 'The shop',
  type: 'object',
  properties: {
    port: { type: 'integer', default: 8080, description: 'Where it listens. Not a comment: */ end' },
    mode: { enum: ['fast', 'safe', null] },
    'strange key': { type: ['string', 'null'], deprecated: true },
    __proto__x: { const: -1 },
    pool: { $ref: '#/$defs/pool' },
    tree: { $ref: '#/$defs/tree' },
    pair: { prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 1, items: false },
    hosts: {
      type: 'array',
      items: { anyOf: [{ type: 'string' }, { type: 'object', properties: { ip: { type: 'string' } } }] },
    },
    limits: { type: 'object', additionalProperties: { type: 'number' } },
    both: {
      allOf: [{ $ref: '#/$defs/pool' }, { properties: { min: { type: 'number' } }, required: ['min'] }],
    },
    none: false,
    any: true,
    elsewhere: { $ref: 'https://example.com/schema.json' },
  },
  required: ['port', 'pool'],
  $defs: {
    pool: { type: 'object', properties: { max: { type: 'number' } }, required: ['max'] },
    tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' }, value: {} } },
  },
};

describe('a type from a schema', () => {
  it('compiles, and takes what the schema allows', () => {
    const declaration = typeFromSchema(SHOP, 'Shop');
    const use = `
      const shop: Shop = {
        port: 1, mode: null, 'strange key': null, __proto__x: -1, pool: { max: 1 },
        tree: { left: { left: {}, value: [1] } }, pair: ['a', 2], hosts: ['a', { ip: 'b' }],
        limits: { a: 1 }, both: { max: 1, min: 2 }, any: 'x', elsewhere: 5,
      };
      const least: Shop = { port: 1, pool: { max: 1 } };
      export const max: number = shop.both?.max ?? least.pool.max;`;
    expect(compile(declaration + use)).toEqual([]);
    expect(declaration).toContain('/** The shop */\nexport type Shop = {');
    expect(declaration).toContain('   * @default 8080\n');
    expect(declaration).toContain('  /** @deprecated */\n  readonly "strange key"?: string | null;');
  });

  it.each([
    ['a missing key', `{ pool: { max: 1 } }`],
    ['a wrong kind', `{ port: '1', pool: { max: 1 } }`],
    ['a value that is not in the list', `{ port: 1, pool: { max: 1 }, mode: 'slow' }`],
    ['a tuple that is too long', `{ port: 1, pool: { max: 1 }, pair: ['a', 1, 2] }`],
    ['half of two schemas', `{ port: 1, pool: { max: 1 }, both: { max: 1 } }`],
    ['what is never allowed', `{ port: 1, pool: { max: 1 }, none: 1 }`],
    ['a wrong value of a map', `{ port: 1, pool: { max: 1 }, limits: { a: 'x' } }`],
  ])('refuses %s', (_, value) => {
    expect(compile(`${typeFromSchema(SHOP, 'Shop')}\nexport const shop: Shop = ${value};`)).not.toEqual([]);
  });

  it('makes the keys of a configuration known', () => {
    const declaration = typeFromSchema(SHOP, 'Shop');
    const keys = join(import.meta.dirname, 'key-types.ts').replace('type-generator', 'configs');
    const use = (key: string) => `
      import type { KeyOf, ValueOf } from ${JSON.stringify(keys.replace(/\.ts$/, '.js'))};
      export const key: KeyOf<Shop> = ${key};
      export const max: ValueOf<Shop, 'pool.max'> = 5;
      // @ts-expect-error it is a number
      export const text: ValueOf<Shop, 'pool.max'> = 'x';`;
    expect(compile(declaration + use(`'both.max'`))).toEqual([]);
    expect(compile(declaration + use(`'pool.mx'`))).toHaveLength(1);
  });

  it.each<[Json, string]>([
    [true, 'unknown'],
    [false, 'never'],
    [{}, 'unknown'],
    [{ type: 'nonsense' }, 'unknown'],
    [{ type: 'object' }, '{ readonly [key: string]: unknown }'],
    [{ type: 'array' }, 'readonly (unknown)[]'],
    [{ enum: [] }, 'never'],
    [{ enum: [{ a: [1] }] }, '{ readonly a: readonly [1] }'],
    [{ items: [{ type: 'string' }], additionalItems: false, type: 'array' }, 'readonly [(string)?]'],
    [{ $ref: '#/nowhere' }, 'unknown'],
    [{ $ref: '#' }, 'unknown'],
    [{ anyOf: [{ type: 'string' }, { allOf: [{ $ref: '#' }] }] }, 'unknown'],
    [
      { type: 'string', $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      'string',
    ],
    [{ type: 'array', items: { $ref: '#' } }, 'readonly (T)[]'],
    [{ $ref: '#/%E0%A4%A' }, 'unknown'],
    [{ type: 'string', minLength: 1, oneOf: [{ minLength: 2 }, { pattern: 'a' }] }, 'string'],
    [{ patternProperties: { '^x': { type: 'number' } } }, '{ readonly [key: string]: number }'],
  ])('writes %j as %s', (schema, type) => {
    const declaration = typeFromSchema(schema, 'T');
    expect(declaration).toBe(`export type T = ${type};\n`);
    expect(compile(declaration)).toEqual([]);
  });

  it('bounds what is endless, and names no two types alike', () => {
    let deep: Json = { type: 'string' };
    for (let depth = 0; depth < 500; depth++) deep = { type: 'array', items: deep };
    expect(compile(typeFromSchema(deep, 'Deep'))).toEqual([]);
    const twins: Json = {
      properties: { a: { $ref: '#/$defs/x-y' }, b: { $ref: '#/definitions/xY' } },
      $defs: { 'x-y': { type: 'string' } },
      definitions: { xY: { type: 'number' } },
    };
    expect(compile(typeFromSchema(twins, 'T'))).toEqual([]);
  });

  it.each(['', 'a b', '1a', 'a;b'])('refuses the name %j', (name) => {
    expect(() => typeFromSchema({}, name)).toThrow(TypeError);
  });
});
