import { describe, expect, it } from 'vitest';
import { doDocumentWork, editsBetween } from './document-work';

const yaml = (source: string) => ({ source, format: 'yaml' as const });
const json = (source: string) => ({ source, format: 'json' as const });

describe('doDocumentWork', () => {
  it('brings their changes into my text and keeps my comments', () => {
    const answer = doDocumentWork({
      kind: 'merge',
      base: yaml('pool:\n  min: 1\n  max: 5\nlog: info\n'),
      mine: yaml('# mine\npool:\n  min: 2 # more\n  max: 5\nlog: debug\n'),
      theirs: yaml('pool:\n  min: 1\n  max: 9\nlog: warn\nnew: true\n'),
    });
    expect(answer).toEqual({
      ok: true,
      source: '# mine\npool:\n  min: 2 # more\n  max: 9\nlog: debug\nnew: true\n',
      textOf: 'mine',
      conflicts: [{ pointer: '/log', base: 'info', mine: 'debug', theirs: 'warn' }],
    });
  });

  it('keeps their comments where I changed nothing but values', () => {
    const answer = doDocumentWork({
      kind: 'merge',
      base: yaml('timeout: 500 # ms\npool:\n  max: 5\nlog: info\n'),
      mine: yaml('timeout: 500 # ms\npool:\n  max: 9\nlog: debug\n'),
      theirs: yaml('timeout: 301 # in ms\npool:\n  max: 5\nlog: warn\n'),
    });
    expect(answer).toEqual({
      ok: true,
      source: 'timeout: 301 # in ms\npool:\n  max: 9\nlog: debug\n',
      textOf: 'theirs',
      conflicts: [{ pointer: '/log', base: 'info', mine: 'debug', theirs: 'warn' }],
    });
  });

  it('merges across formats', () => {
    const answer = doDocumentWork({
      kind: 'merge',
      base: json('{}'),
      mine: json('{"a": 1}'),
      theirs: yaml('b: 2\n'),
    });
    expect(answer).toMatchObject({ ok: true, conflicts: [] });
    expect(doDocumentWork({ kind: 'parse', text: json((answer as { source: string }).source) })).toEqual({
      ok: true,
      value: { a: 1, b: 2 },
    });
  });

  it('names what cannot be read', () => {
    const answer = doDocumentWork({
      kind: 'merge',
      base: json('{}'),
      mine: json('{"a": }'),
      theirs: json('{}'),
    });
    expect(answer).toMatchObject({
      ok: false,
      errors: [{ message: expect.stringContaining('line 1, column 7') }],
    });
  });

  it('edits a text that is still empty', () => {
    const edits = [{ pointer: '/server/port', value: 80 }];
    expect(doDocumentWork({ kind: 'edit', text: yaml(''), edits })).toEqual({
      ok: true,
      source: 'server:\n  port: 80\n',
    });
    const inJson = doDocumentWork({ kind: 'edit', text: json('\n'), edits });
    expect(JSON.parse((inJson as { source: string }).source)).toEqual({ server: { port: 80 } });
  });

  it('writes a document in the other format', () => {
    const text = yaml('a: 1\n"b/c":\n  - x\n');
    const converted = doDocumentWork({ kind: 'convert', text, format: 'json' }) as { source: string };
    expect(JSON.parse(converted.source)).toEqual({ a: 1, 'b/c': ['x'] });
    expect(doDocumentWork({ kind: 'convert', text: json(converted.source), format: 'yaml' })).toMatchObject({
      ok: true,
    });
  });
});

describe('editsBetween', () => {
  it('takes an array as one, and goes into objects', () => {
    expect(editsBetween({ a: { b: 1, c: [1, 2] }, 'd/e': 1 }, { a: { b: 1, c: [2] }, f: null })).toEqual([
      { pointer: '/d~1e', remove: true },
      { pointer: '/a/c', value: [2] },
      { pointer: '/f', value: null },
    ]);
  });
});
