import type { Json, JsonObject } from '@binnacle/domain';
import { describe, expect, it } from 'vitest';
import { controlFor, type FormInput, formRows } from './form-rows';

const SCHEMA = {
  type: 'object',
  properties: {
    log: { enum: ['debug', 'info'], default: 'info' },
    pool: {
      type: 'object',
      title: 'Pool',
      properties: { max: { type: 'integer', 'x-unit': 'connections' }, min: { type: 'integer', default: 1 } },
    },
    next: { $ref: '#' },
  },
};

function rows(input: Partial<FormInput>): string[] {
  const all = formRows({
    schema: SCHEMA,
    value: {},
    below: {},
    isOpen: () => undefined,
    search: '',
    ...input,
  });
  return all.map((row) => {
    const state = row.kind === 'section' ? (row.isOpen ? 'open' : 'closed') : row.control.kind;
    const value =
      row.kind === 'field' ? ` ${JSON.stringify(row.value)} over ${JSON.stringify(row.inherited)}` : '';
    return `${row.pointer} ${state}${value}`;
  });
}

describe('formRows', () => {
  it('lists what the schema names, then what the document has beside it', () => {
    expect(rows({ value: { extra: { a: 1 }, pool: { max: 5 } } })).toEqual([
      '/log select undefined over "info"',
      '/pool open',
      '/pool/max number 5 over undefined',
      '/pool/min number undefined over 1',
      '/next open',
      '/next/log select undefined over "info"',
      '/next/pool closed',
      '/next/next closed',
      '/extra open',
      '/extra/a number 1 over undefined',
    ]);
  });

  it('shows what holds below an overlay', () => {
    const below: JsonObject = { pool: { max: 5 }, log: 'debug' };
    expect(rows({ schema: undefined, value: { pool: { max: null } }, below })).toEqual([
      '/pool open',
      '/pool/max number null over 5',
      '/log text undefined over "debug"',
    ]);
  });

  it('finds fields by name, title and pointer, with the sections around them', () => {
    const { next: _, ...properties } = SCHEMA.properties;
    expect(rows({ schema: { properties }, value: { pool: { max: 5 }, other: {} }, search: 'MAX' })).toEqual([
      '/pool open',
      '/pool/max number 5 over undefined',
    ]);
    expect(rows({ schema: undefined, value: { a: 1, b: 2 }, search: 'b' })).toEqual([
      '/b number 2 over undefined',
    ]);
  });
});

it('ends in a schema that refers to itself', () => {
  expect(rows({ search: 'max' }).length).toBeLessThan(20);
});

describe('controlFor', () => {
  const described = (type: string[], more: { enum?: Json[] } = {}) => ({
    type,
    examples: [],
    deprecated: false,
    required: false,
    ...more,
  });

  it.each([
    [true, undefined, 'switch'],
    [1.5, undefined, 'number'],
    ['x', undefined, 'text'],
    [['a', 'b'], undefined, 'list'],
    [[], undefined, 'text-only'],
    [[{ a: 1 }], undefined, 'text-only'],
    [{ $secret: 'password' }, described(['string']), 'secret'],
    [undefined, described(['string', 'null']), 'text'],
    ['ten', described(['integer']), 'text-only'],
    [3, described(['number']), 'number'],
    [undefined, described([], { enum: ['a', 1] }), 'select'],
  ])('%j of %j is a %s', (value, description, kind) => {
    expect(controlFor(value, description).kind).toBe(kind);
  });
});
