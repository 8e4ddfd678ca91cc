import { describe, expect, it } from 'vitest';
import { cursorPlace } from './cursor-place';
import { parseText } from './parse-text';

/** `|` is the cursor. */
function at(format: 'json' | 'yaml', marked: string): string | undefined {
  const position = marked.indexOf('|');
  const text = marked.replace('|', '');
  const place = cursorPlace(parseText(format, text), position, text.length);
  if (place === undefined) return undefined;
  return `${place.mayBe.join(' or ')} ${place.pointer} <${text.slice(place.from, place.to)}>`;
}

describe('cursorPlace in JSON', () => {
  it.each([
    ['{|}', 'key  <>'],
    ['{"a": 1, |}', 'key  <>'],
    ['{"a": {"b|"}}', 'key /a <"b">'],
    ['{"a": {"b|', 'key /a <"b>'],
    ['{"a": 1, "b": {"c": 2, po|rt}}', 'key /b <port>'],
    ['{"a": |}', 'value /a <>'],
    ['{"a": tr|}', 'value /a <tr>'],
    ['{"a": "in|fo"}', 'value /a <"info">'],
    ['{"x": [1, {"a~/b": |}]}', 'value /x/1/a~0~1b <>'],
    ['{"x": [1, |]}', 'value /x/1 <>'],
    ['{"x": [|]}', 'value /x/0 <>'],
    ['{"a": 1}|', undefined],
    ['{"a" |}', undefined],
  ])('%s', (text, expected) => {
    expect(at('json', text)).toBe(expected);
  });
});

describe('cursorPlace in YAML', () => {
  it.each([
    ['|', 'key  <>'],
    ['po|', 'key  <po>'],
    ['server:\n  po|\nx: 1\n', 'key or value /server <po>'],
    ['server:\n  port: 1\n  |\nx: 1\n', 'key /server <>'],
    ['server:\n  port: 1\n\n  # why\n  po|', 'key /server <po>'],
    ['server:\n  port: 1\nse|', 'key  <se>'],
    ['server:\n  log: in|fo\n', 'value /server/log <info>'],
    ['server:\n  log: |\n', 'value /server/log <>'],
    ['server:\n  "log x": "in|\n', 'value /server/log x <"in>'],
    ['list:\n  - a: 1\n    b|\n', 'key /list/0 <b>'],
    ['list:\n  - a: 1\n  - b|\n', 'key or value /list/1 <b>'],
    ['list:\n- x\n-\n- |', 'key or value /list/2 <>'],
    ['list:\n- - x\n  - y\n- - z\n  - a: |', 'value /list/1/1/a <>'],
    ['a:\n  b:\n    c: 1\n  d:\n    - e: |', 'value /a/d/0/e <>'],
    ['a: {b: 1, c: |}', 'value /a/c <>'],
    ['a: {b: 1, |}', 'key /a <>'],
    ['a: [x, |]', 'value /a/1 <>'],
    ['a: &anchor\n  |', 'key or value /a <>'],
    ['a: text\n  |', undefined],
    ['# comm|', undefined],
    ['a: |\n', 'value /a <>'],
    ['a: some words h|', undefined],
  ])('%j', (text, expected) => {
    expect(at('yaml', text)).toBe(expected);
  });

  it('says nothing inside a block of text', () => {
    expect(at('yaml', 'a: >\n  some\n  wo|rds\nb: 1\n')).toBeUndefined();
  });
});
