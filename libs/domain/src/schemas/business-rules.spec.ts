import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../configs/json.js';
import { compileSchema } from './compile-schema.js';

const CONFIG: JsonObject = {
  db: { pool: { min: 1, max: 10 }, ratio: 0.5, password: { $secret: 'db-password' }, note: null },
  hosts: ['a', 'b'],
  routes: { a: { weight: 1 }, b: { weight: 2 } },
  'x-y': 3,
  constructor: 'x',
  'a/b': { c: 1 },
};

function compiled(rules: Json, schema: JsonObject = {}) {
  const outcome = compileSchema({ ...schema, 'x-binnacle-rules': rules });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors));
  return outcome;
}

const rule = (text: string, more: JsonObject = {}): JsonObject => ({ rule: text, message: 'no', ...more });
const errorOf = (text: string, content: JsonObject = CONFIG) => compiled([rule(text)]).check(content).errors;

describe('rules in CEL', () => {
  it.each([
    'self.db.pool.min <= self.db.pool.max',
    'self.db.ratio < 1',
    'self.db.ratio * self.db.pool.max == 5',
    'self.db.ratio * 2.0 == 1',
    'self.db.pool.max == 10.0',
    'self.db.pool.max / 4 == 2',
    'has(self.db.pool) && !has(self.db.tls)',
    '!has(self.db.tls) || self.db.tls.port > 0',
    'self.db.note == null',
    'self.hosts.all(host, host.matches("^[a-z]+$"))',
    'self.routes.all(name, self.routes[name].weight > 0)',
    'size(self.hosts) == 2 && "a" in self.hosts && !("z" in self)',
    'self["x-y"] == 3',
    'self.constructor == "x"',
    'self["a/b"].c == 1',
    'self.db.password["$secret"] == "db-password"',
    'self.hosts.map(host, size(host)).exists(length, length == 1)',
    'duration("5s") < duration("1m")',
  ])('keeps %s', (text) => {
    expect(errorOf(text)).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['self.db.pool.min > self.db.pool.max', '/db/pool', /^no$/],
    ['self.db.pool.max < 5', '/db/pool/max', /^no$/],
    ['has(self.db.pool) && self.db.pool.max < 5', '/db/pool/max', /^no$/],
    ['self["a/b"].c > 1', '/a~1b/c', /^no$/],
    ['self.hosts.exists(host, host == "z") || self.db.ratio > 1', '', /^no$/],
    [
      'self.db.tls.port > 0',
      '/db',
      /^no \(the rule cannot be evaluated: character 9: No such key: tls; ask has\(…\)/,
    ],
    ['self.db.pool.max > "x"', '/db/pool/max', /cannot be evaluated: .*no such overload/],
    ['self.db.pool', '/db/pool', /neither true nor false/],
    ['self.db.password.startsWith("x")', '/db/password', /cannot be evaluated: .*no matching overload/],
    ['self.__proto__ == 1', '', /No such key: __proto__/],
    ['self.db.pool.max.matches("x")', '/db/pool/max', /asked of what is no text/],
    ['1 / (self.db.pool.min - 1) == 1', '/db/pool/min', /division by zero/],
  ])('does not keep %s, and says where', (text, pointer, message) => {
    expect(errorOf(text)).toEqual([{ pointer, message: expect.stringMatching(message) as string }]);
  });

  it('tells errors from warnings, and asks rules only of what the schema accepts', () => {
    const schema = compiled(
      [rule('self.a > 1', { severity: 'warning', message: 'small' }), rule('self.a > 0')],
      {
        properties: { a: { type: 'integer' } },
      },
    );
    expect(schema.check({ a: 1 })).toEqual({ errors: [], warnings: [{ pointer: '/a', message: 'small' }] });
    expect(schema.check({ a: 0 })).toMatchObject({
      errors: [{ message: 'no' }],
      warnings: [{ message: 'small' }],
    });
    expect(schema.check({ a: 'x' })).toEqual({
      errors: [{ pointer: '/a', message: 'must be an integer, is "x"' }],
      warnings: [],
    });
  });

  it.each<[Json, string, RegExp]>([
    ['x', '', /must be an array/],
    [['x'], '/0', /must be an object/],
    [[{ rule: 'true' }], '/0/message', /1 to 500 characters/],
    [[rule('true', { severity: 'info' })], '/0/severity', /"error" or "warning"/],
    [[rule('true', { serverity: 'error' })], '/0/serverity', /unknown property/],
    [[rule('true'), rule(' ')], '/1/rule', /1 to 2000 characters/],
    [[rule('x'.repeat(2001))], '/0/rule', /1 to 2000 characters/],
    [[rule('self.a <')], '/0/rule', /^character 9: Unexpected token/],
    [[rule('config.a')], '/0/rule', /^character 1: Unknown variable: config; the config is called self/],
    [[rule('1 + 1')], '/0/rule', /must give true or false, gives int/],
    [[rule('"a" + 1 == "b"')], '/0/rule', /no such overload: string \+ int/],
    [[rule('self.a.matches("(")')], '/0/rule', /the pattern of matches\(\)/],
    [[rule('self.a.matches("(?=a)")')], '/0/rule', /the pattern of matches\(\)/],
    [[rule('self.a.matches(self.b)')], '/0/rule', /written out/],
    [[rule(`${'('.repeat(50)}true${')'.repeat(50)}`)], '/0/rule', /maxDepth/],
    [[rule(`${'1+'.repeat(900)}1 > 1`)], '/0/rule', /maxAstNodes|maxDepth/],
    [Array.from({ length: 101 }, () => rule('true')), '', /at most 100 rules/],
  ])('refuses %.60j when the schema is compiled', (rules, pointer, message) => {
    expect(compileSchema({ 'x-binnacle-rules': rules })).toEqual({
      ok: false,
      errors: [{ pointer: `/x-binnacle-rules${pointer}`, message: expect.stringMatching(message) as string }],
    });
  });

  it('refuses rules elsewhere than at the root, and keys that the schema does not allow', () => {
    const inside = compileSchema({ properties: { a: { 'x-binnacle-rules': [] } } });
    expect(inside).toMatchObject({ ok: false, errors: [{ pointer: '/properties/a/x-binnacle-rules' }] });
    const closed: JsonObject = {
      $defs: {
        pool: { properties: { min: {} }, patternProperties: { '^x': {} }, additionalProperties: false },
      },
      properties: { pool: { $ref: '#/$defs/pool' } },
    };
    const outcome = compileSchema({ ...closed, 'x-binnacle-rules': [rule('self.pool.mni > 1')] });
    expect(outcome).toMatchObject({
      errors: [{ message: 'speaks of /pool/mni, which this schema does not allow' }],
    });
    expect(compiled([rule('self.pool.min + self.pool.x1 > 1 || self.other')], closed).ok).toBe(true);
  });
});

describe('what rules cost', () => {
  const many: JsonObject = { list: Array.from({ length: 10_000 }, (_, index) => `item-${index}`), n: 1 };

  it('lets a rule look at 10,000 keys once', () => {
    expect(errorOf('self.list.all(item, item.startsWith("item-"))', many)).toEqual([]);
  });

  it.each([
    'self.list.all(a, self.list.all(b, a != b + "x"))',
    'self.list.exists(a, self.list.exists(b, self.list.exists(c, a + b == c)))',
    'self.list.all(a, self.list.exists(b, b.foo == a) || true)',
    'self.list.map(a, self.list.map(b, a + b)).size() > 0',
    'self.list.map(a, self.list.join(a)).size() > 0',
    'self.list.filter(a, self.list == self.list.map(b, b)).size() > 0',
    'self.list.exists_one(a, self.list.filter(b, a == b).size() == 1)',
    'self.list.all(a, timestamp("2020-01-01T00:00:00Z").getHours("Europe/Berlin") == 1)',
    `cel.bind(a, self.list.join(), ${'cel.bind(a, a + a, '.repeat(8)}a.contains("zzz")${')'.repeat(8)}) || true`,
  ])('ends %s in time, and names the rule', (text) => {
    const startMs = performance.now();
    const { errors } = compiled([
      rule(text, { message: 'named' }),
      rule('self.n == 1', { severity: 'warning' }),
    ]).check(many);
    expect(errors).toEqual([
      {
        pointer: expect.any(String) as string,
        message: expect.stringMatching(/^named \(the rule (takes more than|makes too much)/) as string,
      },
    ]);
    expect(performance.now() - startMs).toBeLessThan(3_000);
  });

  it('is quick with 100 rules over a large config', () => {
    const schema = compiled(Array.from({ length: 100 }, (_, index) => rule(`self.n > ${-index}`)));
    const startMs = performance.now();
    for (let time = 0; time < 10; time++) expect(schema.check(many).errors).toEqual([]);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});

describe('deprecated keys', () => {
  const schema: JsonObject = {
    $defs: { old: { deprecated: true, description: 'use /new' } },
    properties: {
      old: { $ref: '#/$defs/old' },
      list: { items: { properties: { a: { deprecated: true } } } },
      either: { anyOf: [{ deprecated: true }, {}] },
    },
    patternProperties: { '^legacy': { deprecated: true } },
  };

  it('warn when they are set, wherever the schema says it', () => {
    const outcome = compileSchema(schema);
    if (!outcome.ok) throw new Error();
    expect(outcome.check({ old: 1, list: [{}, { a: null }], either: 1, legacyMode: {}, new: 1 })).toEqual({
      errors: [],
      warnings: [
        { pointer: '/old', message: 'is deprecated: use /new' },
        { pointer: '/list/1/a', message: 'is deprecated' },
        { pointer: '/legacyMode', message: 'is deprecated' },
      ],
    });
    expect(outcome.check({ new: 1 })).toEqual({ errors: [], warnings: [] });
  });
});
