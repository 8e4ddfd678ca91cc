import { describe, expect, it } from 'vitest';
import type { Json } from '../configs/json.js';
import { compileSchema } from './compile-schema.js';

const describeAll = (schema: Json, content: Json): string[] => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return compiled.validate(content).map(({ pointer, message }) => `${pointer}: ${message}`);
};
const at = (schema: Json) => ({ properties: { a: schema } });

describe('describeErrors', () => {
  it.each<[Json, Json, string[]]>([
    [at({ type: 'integer' }), { a: 'x' }, ['/a: must be an integer, is "x"']],
    [at({ type: ['string', 'null'] }), { a: [1] }, ['/a: must be a string or null, is an array']],
    [at({ type: 'string' }), { a: {} }, ['/a: must be a string, is {}']],
    [at({ maximum: 65535 }), { a: 70000 }, ['/a: must be at most 65535, is 70000']],
    [at({ minimum: 1 }), { a: 0 }, ['/a: must be at least 1, is 0']],
    [at({ exclusiveMaximum: 5 }), { a: 5 }, ['/a: must be less than 5, is 5']],
    [at({ exclusiveMinimum: 5 }), { a: 5 }, ['/a: must be greater than 5, is 5']],
    [at({ multipleOf: 5 }), { a: 7 }, ['/a: must be a multiple of 5, is 7']],
    [at({ enum: ['a', 'b'] }), { a: 'c' }, ['/a: must be one of "a", "b", is "c"']],
    [at({ const: true }), { a: false }, ['/a: must be true, is false']],
    [at({ minLength: 1 }), { a: '' }, ['/a: must have at least 1 character, has 0']],
    [at({ maxLength: 2 }), { a: '😀😀😀' }, ['/a: must have at most 2 characters, has 3']],
    [at({ pattern: '^[a-z]+$' }), { a: 'A' }, ['/a: must match the pattern ^[a-z]+$, is "A"']],
    [at({ format: 'date' }), { a: 'now' }, ['/a: must be a valid date (such as 2026-11-22), is "now"']],
    [at({ format: 'byte' }), { a: '!' }, ['/a: must be a valid byte, is "!"']],
    [at({ minItems: 2 }), { a: [1] }, ['/a: must have at least 2 items, has 1']],
    [at({ maxItems: 1 }), { a: [1, 2] }, ['/a: must have at most 1 item, has 2']],
    [at({ maxProperties: 1 }), { a: { b: 1, c: 2 } }, ['/a: must have at most 1 properties, has 2']],
    [at({ uniqueItems: true }), { a: [1, 1] }, ['/a: must not have equal items; items 0 and 1 are equal']],
    [
      at({ contains: { const: 1 } }),
      { a: [] },
      ['/a: must contain at least 1 items that match the schema under "contains"'],
    ],
    [at({ not: { const: 1 } }), { a: 1 }, ['/a: must not match the schema under "not", is 1']],
    [at(false), { a: 1 }, ['/a: must not be here; remove it']],
    [at({ required: ['b/c'] }), { a: {} }, ['/a: must have the property "b/c"']],
    [
      { properties: { port: true, proto: true }, additionalProperties: false },
      { prot: 1 },
      ['/prot: unknown property "prot"; known: "port", "proto"'],
    ],
    [{ additionalProperties: false }, { 'a/b~': 1 }, ['/a~1b~0: unknown property "a/b~"']],
    [
      at({ dependentRequired: { b: ['c', 'd'] } }),
      { a: { b: 1 } },
      ['/a: must have "c", "d" because it has "b"'],
    ],
    [
      { propertyNames: { maxLength: 2 } },
      { abc: 1 },
      ['/abc: the name of this property must have at most 2 characters, has 3'],
    ],
    [{ propertyNames: false }, { abc: 1 }, ['/abc: the name of this property must not be here; remove it']],
    [
      at({ anyOf: [{ type: 'string' }, { type: 'integer' }] }),
      { a: true },
      ['/a: must be a string or an integer, is true'],
    ],
    [
      at({ oneOf: [{ type: 'string' }, { minLength: 1 }] }),
      { a: 'x' },
      ['/a: must match exactly one of the alternatives, matches number 1 and 2'],
    ],
    [
      at({ if: { type: 'string' }, then: { maxLength: 1 } }),
      { a: 'xx' },
      ['/a: must have at most 1 character, has 2'],
    ],
    [
      { items: { type: 'string' } },
      ['a', 1, 'b', null],
      ['/1: must be a string, is 1', '/3: must be a string, is null'],
    ],
  ])('of %j for %j', (schema, content, descriptions) => {
    expect(describeAll(schema, content)).toEqual(descriptions);
  });

  it('cuts long values, long lists and long messages', () => {
    const names = Array.from(
      { length: 500 },
      (_, index) => `property-number-${index}-with-a-very-long-name-indeed`,
    );
    const schema = {
      properties: Object.fromEntries(names.map((name) => [name, {}])),
      additionalProperties: false,
    };
    const [unknown] = describeAll(schema, { x: 1 });
    expect(unknown?.length).toBeLessThan(310);
    const [pattern] = describeAll(at({ pattern: `^${'a'.repeat(500)}$` }), { a: 'b'.repeat(100_000) });
    expect(pattern?.length).toBeLessThan(310);
    const [choice] = describeAll(at({ enum: names.slice(0, 400) }), { a: 'b'.repeat(100_000) });
    expect(choice?.length).toBeLessThan(310);
  });
});
