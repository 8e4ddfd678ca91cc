import { describe, expect, it } from 'vitest';
import { parseText } from './parse-text';
import { pointerAt } from './pointer-at';

function at(format: 'json' | 'yaml', marked: string): string | undefined {
  const text = marked.replace('|', '');
  const place = pointerAt(parseText(format, text), marked.indexOf('|'));
  return place && `${place.part} ${place.pointer} <${text.slice(place.from, place.to)}>`;
}

describe('pointerAt', () => {
  it.each([
    ['json', '{"server": {"po|rt": 80}}', 'key /server/port <"port">'],
    ['json', '{"server": {"port": 8|0}}', 'value /server/port <80>'],
    ['json', '{"x": [1, "t|wo"]}', 'value /x/1 <"two">'],
    ['json', '{"x": 1,  |  "y": 2}', undefined],
    ['json', '|', undefined],
    ['yaml', 'server:\n  po|rt: 80\n', 'key /server/port <port>'],
    ['yaml', 'list:\n  - a\n  - b: |1\n', 'value /list/1/b <1>'],
    ['yaml', 'a: 1 # no|te\n', undefined],
  ] as const)('%s %j', (format, text, expected) => {
    expect(at(format, text)).toBe(expected);
  });
});
