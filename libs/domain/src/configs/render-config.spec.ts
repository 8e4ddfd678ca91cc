import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import type { JsonObject } from './json.js';
import { canonicalJson } from './canonical-json.js';
import { readYamlText } from './read-yaml-text.js';
import { type ConfigTextFormat, renderConfig } from './render-config.js';

const CONFIG: JsonObject = {
  db: { pool: { max: 10, idle: null }, maxSize: 5, password: { $secret: 'db-password' } },
  hosts: ['a', { port: 80 }, []],
  motd: 'it\'s $5 "now"\nand `then`',
  none: {},
  on: true,
  'x-y': 'é ☃ =',
};

const rendered = (content: JsonObject, format: ConfigTextFormat) => {
  const result = renderConfig(content, format);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.text;
};

function nested(depth: number, inner: JsonObject[string]): JsonObject {
  let value: JsonObject = { inner };
  for (let level = 1; level < depth; level++) value = { k: value };
  return value;
}

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'no',
    'Yes',
    'y',
    '~',
    'null',
    '0o7',
    '0777',
    '1_000',
    '12:30:00',
    '1e3',
    '.5',
    '+.inf',
    '=',
    '<<',
    '- a',
    '# b',
    'a: b',
    'a #b',
    "'",
    '"',
    '\\',
    'two\nlines',
    'two\n\nlines\n',
    '\nx',
    'x\n\n',
    ' x\ny',
    'x \ny',
    'a\tb',
    '\r\n',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u007f',
    '$HOME `id` $(id)',
    '!x',
    'é☃',
    '\ud83d\ude00',
    'a-',
    '---',
    '...',
    '... null',
    '... x',
    '--- a',
    'E0',
    'e-5',
    '? a',
    '|',
    '>',
    '%x',
    '@x',
    '[a]',
    '{a}',
    ',',
    '*a',
    '&a',
  ),
  fc.string({ unit: 'binary' }),
  fc.string(),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    hostile,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(
      hostile.filter((key) => key !== '__proto__'),
      tie('tree'),
      { maxKeys: 4 },
    ),
  ),
}));
const contents = fc.dictionary(
  hostile.filter((key) => key !== '__proto__'),
  tree,
  { maxKeys: 5 },
) as fc.Arbitrary<JsonObject>;

describe('YAML', () => {
  it('reads as people write it', () => {
    expect(rendered(CONFIG, 'yaml')).toBe(
      `db:
  pool:
    max: 10
    idle: null
  maxSize: 5
  password:
    $secret: db-password
hosts:
  - a
  - port: 80
  - []
motd: |-
  it's $5 "now"
  and \`then\`
none: {}
"on": true
x-y: "é ☃ ="
`.replace('$secret:', '"$secret":'),
    );
    expect(rendered({}, 'yaml')).toBe('{}\n');
  });

  it.each(['... null', '... x: 1', '...', '---', 'E0', 'e-5'])('keeps the key %j what it is', (key) => {
    const content = { before: 1, [key]: { after: 2 } };
    const text = rendered(content, 'yaml');
    for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version })).toEqual(content);
  });

  it('says the same when it is read again, as YAML 1.2 and as YAML 1.1', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const text = rendered(content, 'yaml');
        const read = readYamlText(text, 100);
        if (!read.ok) throw new Error(`${read.error.message}\n${text}`);
        expect(canonicalJson(read.value)).toBe(canonicalJson(content));
        expect(parse(text, { version: '1.1', uniqueKeys: false })).toEqual(
          JSON.parse(JSON.stringify(content)),
        );
        expect(rendered(content, 'yaml')).toBe(text);
      }),
      { numRuns: 1500 },
    );
  }, 60_000);

  it('writes keys of any length', () => {
    const content = { ['k'.repeat(3000)]: { ['é'.repeat(1500)]: [1] } };
    expect(parseDocument(rendered(content, 'yaml')).toJS()).toEqual(content);
  });
});

describe('every format', () => {
  it.each<[ConfigTextFormat, JsonObject]>([
    ['properties', { ['k'.repeat(15_000)]: Array.from({ length: 2_300 }, () => 1) }],
    [
      'yaml',
      nested(
        98,
        Array.from({ length: 60_000 }, () => 1),
      ),
    ],
    [
      'properties',
      nested(
        98,
        Array.from({ length: 60_000 }, () => 1),
      ),
    ],
  ])(
    'refuses what would be many times as long as the config: %s',
    (format, content) => {
      expect(renderConfig(content, format)).toEqual({
        ok: false,
        errors: [{ pointer: '', message: expect.stringMatching(/more than 8388608 characters/) as string }],
      });
    },
    30_000,
  );

  it('takes the longest list that a document can be', () => {
    const content = { list: Array.from({ length: 500_000 }, () => 1) };
    for (const format of ['yaml', 'properties'] as const)
      expect(rendered(content, format).split('\n').length).toBeGreaterThan(500_000);
  }, 30_000);
});

describe('environment variables', () => {
  it('have names made of the keys', () => {
    expect(rendered(CONFIG, 'env')).toBe(`DB_POOL_MAX=10
DB_POOL_IDLE=
DB_MAX_SIZE=5
DB_PASSWORD='{"$secret":"db-password"}'
HOSTS_0=a
HOSTS_1_PORT=80
HOSTS_2='[]'
MOTD="it's \\$5 \\"now\\"
and \\\`then\\\`"
NONE='{}'
ON=true
X_Y='é ☃ ='
`);
    expect(rendered({ '0a': 1 }, 'env')).toBe('_0A=1\n');
  });

  it('come out of a shell as they went in', () => {
    const values = fc.array(
      hostile.filter((text) => !text.includes('\0')),
      { minLength: 20, maxLength: 20 },
    );
    fc.assert(
      fc.property(values, (list) => {
        const script = `set -a\n${rendered({ list }, 'env')}\nfor i in ${list.map((_, index) => index).join(' ')}; do eval "printf '%s\\0' \\"\\$LIST_$i\\""; done`;
        const output = execFileSync('sh', ['-c', script], { env: {}, encoding: 'utf8' });
        expect(output.split('\0').slice(0, -1)).toEqual(list);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it.each<[string, JsonObject, string, RegExp]>([
    [
      'two places of one name',
      { db: { pool_max: 1, pool: { max: 2 } } },
      '/db/pool/max',
      /DB_POOL_MAX, and so has \/db\/pool_max/,
    ],
    ['a name without letters', { '--': 1 }, '/--', /no letter/],
    ['a NUL', { a: '\0' }, '/a', /NUL/],
  ])('refuse %s', (_what, content, pointer, message) => {
    expect(renderConfig(content, 'env')).toEqual({
      ok: false,
      errors: [{ pointer, message: expect.stringMatching(message) as string }],
    });
  });
});

describe('properties', () => {
  it('are what java.util.Properties writes', () => {
    expect(rendered({ ...CONFIG, ' a:b=#!\\': '  x\t', emoji: '\ud83d\ude00' }, 'properties')).toBe(
      [
        'db.pool.max=10',
        'db.pool.idle=',
        'db.maxSize=5',
        'db.password={"$secret":"db-password"}',
        'hosts[0]=a',
        'hosts[1].port=80',
        'hosts[2]=[]',
        'motd=it\'s $5 "now"\\nand `then`',
        'none={}',
        'on=true',
        'x-y=\\u00e9 \\u2603 =',
        '\\ a\\:b\\=\\#\\!\\\\=\\  x\\t',
        'emoji=\\ud83d\\ude00',
        '',
      ].join('\n'),
    );
  });

  it('refuse two places of one name', () => {
    expect(renderConfig({ 'a.b': 1, a: { b: 2 } }, 'properties')).toEqual({
      ok: false,
      errors: [{ pointer: '/a/b', message: 'has the name a.b, and so has /a.b; rename one of them' }],
    });
    expect(renderConfig({ a: [1], 'a[0]': 2 }, 'properties')).toMatchObject({ ok: false });
  });

  it('read as they were written, whatever they say', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, hostile), (content) => {
        fc.pre(!Object.keys(content).includes('__proto__'));
        expect(readProperties(rendered(content, 'properties'))).toEqual(new Map(Object.entries(content)));
      }),
      { numRuns: 1000 },
    );
  });
});

/** As the documentation of java.util.Properties.load describes it. */
function readProperties(text: string): Map<string, string> {
  const unescape = (part: string) =>
    part.replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_, code: string) =>
      code.length === 5
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : ({ t: '\t', n: '\n', r: '\r', f: '\f' }[code] ?? code),
    );
  const read = new Map<string, string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, key = '', value = ''] =
      /^[ \t\f]*((?:\\[^]|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*([^]*)$/.exec(line) ?? [];
    read.set(unescape(key), unescape(value));
  }
  return read;
}
