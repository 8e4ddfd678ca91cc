import { describe, expect, it } from 'vitest';
import { formatLogLine, shortenLogLine } from './log-line.js';

describe('formatLogLine', () => {
  it.each([
    ['{"level":30,"msg":"request completed"}', undefined],
    ['{"level":40,"msg":"Redis is away"}', 'warn: Redis is away'],
    ['{"level":50,"msg":"cannot publish","err":{"message":"timeout"}}', 'error: cannot publish: timeout'],
    ['{"level":60,"msg":"timeout","err":{"message":"timeout"}}', 'fatal: timeout'],
    ['    at main (main.js:1:1)', '    at main (main.js:1:1)'],
    ['{"level":', '{"level":'],
    ['{"some":"json"}', '{"some":"json"}'],
    ['', undefined],
  ])('shows %s as %s', (line, shown) => {
    expect(formatLogLine(line)).toBe(shown);
  });
});

it('shortens every level for the last words', () => {
  expect(shortenLogLine('{"level":30,"msg":"listening"}')).toBe('listening');
});
