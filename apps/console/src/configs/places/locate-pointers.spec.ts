import { describe, expect, it } from 'vitest';
import { locatePointers } from './locate-pointers';
import { parseText } from './parse-text';

const JSON_TEXT = `{
  "server": { "port": 80, "hosts": ["a", { "name": "b" }] },
  "a/b": { "~": null },
  "server2": true
}`;

const YAML_TEXT = `# comment
server:
  port: 80   # why
  hosts:
    - a
    - name: b
      "q:1": [x, {y: 2}]
defaults: &defaults
  retries: 3
other: *defaults
'a/b':
  ~: |
    text
`;

function marked(format: 'json' | 'yaml', text: string, pointer: string): string {
  const { from, to, isExact } = locatePointers(parseText(format, text), [pointer]).get(pointer) ?? {
    from: 0,
    to: 0,
    isExact: false,
  };
  return `${isExact ? '' : 'near '}${text.slice(from, to)}`;
}

describe('locatePointers', () => {
  it.each([
    ['/server/port', '80'],
    ['/server', '"server"'],
    ['/server/hosts/1/name', '"b"'],
    ['/server/hosts/1', '{'],
    ['/server/hosts/0', '"a"'],
    ['/a~1b/~0', 'null'],
    ['', '"server"'],
    ['/server/absent', 'near "server"'],
    ['/server2', 'true'],
    ['/absent/deep', 'near "server"'],
  ])('finds %s in JSON', (pointer, range) => {
    expect(marked('json', JSON_TEXT, pointer)).toBe(range);
  });

  it.each([
    ['/server/port', '80'],
    ['/server', 'server'],
    ['/server/hosts/1/name', 'b'],
    ['/server/hosts/0', 'a'],
    ['/server/hosts/1/q:1/1/y', '2'],
    ['/other/retries', '3'],
    ['/a~1b', "'a/b'"],
    ['', 'server'],
    ['/server/absent', 'near server'],
  ])('finds %s in YAML', (pointer, range) => {
    expect(marked('yaml', YAML_TEXT, pointer)).toBe(range);
  });

  it('finds many places in one walk of a large document', () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `key-${index}`);
    const text = JSON.stringify(Object.fromEntries(keys.map((key) => [key, key])));
    const located = locatePointers(
      parseText('json', text),
      keys.map((key) => `/${key}`),
    );
    expect(located.size).toBe(10_000);
    expect(text.slice(located.get('/key-9999')?.from, located.get('/key-9999')?.to)).toBe('"key-9999"');
  });

  it('marks the key of a value that is not written yet', () => {
    expect(marked('json', '{"a": {"b": }}', '/a/b')).toBe('"b"');
    expect(marked('yaml', 'a:\n  b:\n', '/a/b')).toBe('b');
  });

  it('does not go round in an alias that holds itself', () => {
    expect(marked('yaml', 'a: &x\n  b: *x\n', '/a/b/b/b')).toBe('b');
  });
});
