import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editText, type TextEdit } from './edit-text.js';

const YAML = `# Orders: read by the whole team

# how to reach the database
db:
  host: db-1 # the primary
  pool:
    max: 10   # per process
    min: 1

# where we sell
regions:
  - eu
  - us # since May
limits: { soft: 1, hard: 2 }
note: |
  Two lines
  of text
`;

function edited(text: string, format: 'json' | 'yaml', ...edits: TextEdit[]): string {
  const result = editText(text, format, edits);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.text;
}

describe('editText of YAML', () => {
  it.each<[string, TextEdit[], string, string]>([
    ['a scalar', [{ pointer: '/db/pool/max', value: 20 }], 'max: 10   # per', 'max: 20   # per'],
    ['a string', [{ pointer: '/db/host', value: 'db-2' }], 'host: db-1 #', 'host: db-2 #'],
    [
      'a string that needs quotes',
      [{ pointer: '/db/host', value: 'true' }],
      'host: db-1 #',
      'host: "true" #',
    ],
    ['an element', [{ pointer: '/regions/1', value: 'apac' }], '  - us #', '  - apac #'],
    ['a member in braces', [{ pointer: '/limits/soft', value: 5 }], 'soft: 1', 'soft: 5'],
    [
      'what is new at the end of its mapping',
      [{ pointer: '/db/pool/idle', value: 5 }],
      '    min: 1\n',
      '    min: 1\n    idle: 5\n',
    ],
    [
      'objects on the way',
      [{ pointer: '/db/tls/ca/file', value: '/x' }],
      '    min: 1\n',
      '    min: 1\n  tls:\n    ca:\n      file: /x\n',
    ],
    [
      'an element more',
      [{ pointer: '/regions/-', value: 'apac' }],
      ' # since May\n',
      ' # since May\n  - apac\n',
    ],
    ['a member more in braces', [{ pointer: '/limits/max', value: 3 }], 'hard: 2 }', 'hard: 2, max: 3 }'],
    ['nothing where nothing is', [{ pointer: '/db/none/at/all', remove: true }], 'db:', 'db:'],
    [
      'a removed line with its comment',
      [{ pointer: '/db/pool/max', remove: true }],
      '    max: 10   # per process\n',
      '',
    ],
    [
      'a removed block with the comment above',
      [{ pointer: '/regions', remove: true }],
      '# where we sell\nregions:\n  - eu\n  - us # since May\n',
      '',
    ],
    [
      'text of several lines',
      [{ pointer: '/note', value: 'One\nand two\n' }],
      'note: |\n  Two lines\n  of text\n',
      'note: |\n  One\n  and two\n',
    ],
    [
      'an object for a scalar',
      [{ pointer: '/db/host', value: { a: 1 } }],
      '  host: db-1 # the primary\n',
      '  host:\n    a: 1\n',
    ],
  ])('changes %s and nothing else', (_what, edits, before, after) => {
    expect(YAML).toContain(before);
    expect(edited(YAML, 'yaml', ...edits)).toBe(YAML.replace(before, after));
  });

  it('keeps line ends of Windows, a byte order mark and a missing last line end', () => {
    const text = `\ufeffa: 1 # one\r\nb:\r\n    c: 2`;
    expect(edited(text, 'yaml', { pointer: '/b/d', value: 3 }, { pointer: '/a', value: 2 })).toBe(
      `\ufeffa: 2 # one\r\nb:\r\n    c: 2\r\n    d: 3\r\n`,
    );
  });

  it('begins a text that says nothing yet, and keeps what it remarks', () => {
    expect(edited('', 'yaml', { pointer: '/a/b', value: 1 })).toBe('a:\n  b: 1\n');
    const text = edited('# of prod\n', 'yaml', { pointer: '/a', value: 1 });
    expect(text).toMatch(/^# of prod\n/);
    expect(parse(text)).toEqual({ a: 1 });
    expect(edited('{}\n', 'yaml', { pointer: '/a', value: 1 })).toMatch(/a: 1/);
  });

  it('changes one place and not the others that share its anchor', () => {
    const text = '# shared\nbase: &base\n  a: 1 # one\none: *base\ntwo: *base # too\n';
    const result = edited(text, 'yaml', { pointer: '/one/a', value: 2 });
    expect(parse(result)).toEqual({ base: { a: 1 }, one: { a: 2 }, two: { a: 1 } });
    expect(result).toContain('# shared');
    expect(parse(edited(text, 'yaml', { pointer: '/base/a', value: 2 }))).toEqual({
      base: { a: 2 },
      one: { a: 1 },
      two: { a: 1 },
    });
  });
});

describe('editText of JSON', () => {
  const JSON_TEXT = '{\r\n\t"b" : 1,\r\n\r\n\t"a": { "x": [1, 2] },\r\n\t"empty": {}\r\n}\r\n';

  it.each<[TextEdit, string, string]>([
    [{ pointer: '/b', value: 2 }, '"b" : 1', '"b" : 2'],
    [{ pointer: '/a/x/0', value: { y: 1 } }, '[1, 2]', '[{\r\n\t\t"y": 1\r\n\t}, 2]'],
    [{ pointer: '/a/x/-', value: 3 }, '[1, 2]', '[1, 2, 3]'],
    [{ pointer: '/a/z', value: 3 }, '2] }', '2], "z": 3 }'],
    [{ pointer: '/empty/in/it', value: 3 }, '{}', '{\r\n\t\t"in": {\r\n\t\t\t"it": 3\r\n\t\t}\r\n\t}'],
    [{ pointer: '/new', value: [] }, '{}\r\n}', '{},\r\n\t"new": []\r\n}'],
    [{ pointer: '/b', remove: true }, '\t"b" : 1,\r\n\r\n\t"a"', '\t"a"'],
    [{ pointer: '/empty', remove: true }, ',\r\n\t"empty": {}', ''],
    [{ pointer: '/a/x/1', remove: true }, '[1, 2]', '[1]'],
  ])('changes one place and nothing else: %j', (edit, before, after) => {
    expect(JSON_TEXT).toContain(before);
    expect(edited(JSON_TEXT, 'json', edit)).toBe(JSON_TEXT.replace(before, after));
  });

  it('stays on one line where all is on one', () => {
    expect(edited('{"a":1}', 'json', { pointer: '/b', value: { c: [1] } })).toBe('{"a":1,"b":{"c":[1]}}');
    expect(edited('{}', 'json', { pointer: '/a/b', value: 1 })).toBe('{\n  "a": {\n    "b": 1\n  }\n}');
  });
});

describe('editText', () => {
  it('refuses a text that is wrong, and a way through a scalar', () => {
    expect(editText('{"a":1,}', 'json', [])).toMatchObject({
      ok: false,
      errors: [{ message: expect.stringMatching(/^line 1/) as string }],
    });
    for (const format of ['json', 'yaml'] as const) {
      expect(editText('{"a":1}', format, [{ pointer: '/a/b', value: 1 }])).toMatchObject({
        ok: false,
        errors: [{ pointer: '/a/b' }],
      });
      expect(editText('{"a":[1]}', format, [{ pointer: '/a/3', value: 1 }])).toMatchObject({ ok: false });
      expect(editText('{"a":1}', format, [{ pointer: '', remove: true }])).toMatchObject({ ok: false });
    }
  });
});
