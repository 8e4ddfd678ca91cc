import { describe, expect, it } from 'vitest';
import type { Json } from '../configs/json.js';
import { describeKey, listKeys } from './describe-key.js';

const SCHEMA: Json = {
  $ref: '#/$defs/service',
  $defs: {
    service: {
      title: 'Service',
      type: 'object',
      required: ['db'],
      allOf: [{ properties: { log: { enum: ['debug', 'info'], default: 'info' } } }],
      properties: {
        db: { $ref: '#/$defs/db', title: 'Where orders are kept' },
        hosts: { type: 'array', items: { $anchor: 'host', type: 'string', format: 'hostname' } },
        main: { $ref: '#host' },
        pair: { prefixItems: [{ type: 'integer' }], items: { type: 'boolean' } },
        old: { deprecated: true, type: 'string' },
        self: { $ref: '#' },
        missing: { $ref: '#/$defs/none' },
        either: {
          anyOf: [
            { type: 'integer', const: 5 },
            { type: ['string', 'null'], enum: ['a'] },
          ],
        },
      },
      patternProperties: {
        '^timeout': { 'x-unit': 'ms', type: 'integer', minimum: 1, maximum: 9, examples: [5] },
      },
      if: { required: ['tls'] },
      then: { properties: { cert: { description: 'PEM' } }, required: ['cert'] },
      additionalProperties: { description: 'something else' },
    },
    db: {
      title: 'Database',
      description: 'PostgreSQL',
      type: 'object',
      properties: { max: { default: null } },
    },
  },
};

describe('describeKey', () => {
  it.each<[string, object]>([
    ['', { title: 'Service', type: ['object'], required: false }],
    ['/db', { title: 'Where orders are kept', description: 'PostgreSQL', required: true }],
    ['/db/max', { default: null, type: [] }],
    ['/log', { enum: ['debug', 'info'], default: 'info' }],
    ['/hosts/3', { type: ['string'], format: 'hostname' }],
    ['/main', { type: ['string'] }],
    ['/pair/0', { type: ['integer'] }],
    ['/pair/1', { type: ['boolean'] }],
    ['/old', { deprecated: true }],
    ['/self/self/db/max', { default: null }],
    ['/either', { type: ['integer', 'string', 'null'], enum: [5, 'a'] }],
    ['/timeoutConnect', { unit: 'ms', minimum: 1, maximum: 9, examples: [5] }],
    ['/cert', { description: 'PEM', required: true }],
    ['/unheard', { description: 'something else' }],
    ['/missing', { type: [], deprecated: false, examples: [] }],
  ])('tells of %j what the schema says', (pointer, expected) => {
    expect(describeKey(SCHEMA, pointer)).toMatchObject(expected);
  });

  it('says nothing where the schema says nothing', () => {
    for (const pointer of ['/hosts/a', '/db/none', '/log/x', '/toString/x', '/db/__proto__'])
      expect(describeKey(SCHEMA, pointer)).toBeUndefined();
    expect(describeKey(true, '')).toBeUndefined();
    expect(
      describeKey({ items: [{ type: 'string' }], additionalItems: { type: 'null' } }, '/1')?.type,
    ).toEqual(['null']);
  });

  it('ends for schemas that lead back to themselves', () => {
    const endless: Json = {
      allOf: [{ $ref: '#' }],
      properties: { a: { anyOf: [{ $ref: '#' }, { $ref: '#/properties/a' }] } },
    };
    expect(describeKey(endless, '/a/a/a')?.type).toEqual([]);
  });
});

describe('listKeys', () => {
  it('lists what the schema names, in its order, through references', () => {
    expect(listKeys(SCHEMA, '').map(({ name }) => name)).toEqual([
      'db',
      'hosts',
      'main',
      'pair',
      'old',
      'self',
      'missing',
      'either',
      'log',
      'cert',
    ]);
    expect(listKeys(SCHEMA, '/db')).toEqual([
      { name: 'max', default: null, type: [], examples: [], deprecated: false, required: false },
    ]);
    expect(listKeys(SCHEMA, '').find(({ name }) => name === 'db')).toMatchObject({
      required: true,
      title: 'Where orders are kept',
    });
    expect(listKeys(SCHEMA, '/hosts/0')).toEqual([]);
  });
});
