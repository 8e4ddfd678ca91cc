import { expect, it } from 'vitest';
import { parsePostmasterFile } from './postmaster-file.js';

const lines = ['4711', '/data/cluster', '1763848000', '5433', '', '127.0.0.1', '  1234567  12'];

it.each([
  [[...lines, 'ready   ', ''], { pid: 4711, isReady: true }],
  [[...lines, 'starting', ''], { pid: 4711, isReady: false }],
  [['4711'], { pid: 4711, isReady: false }],
  // just made, nothing written yet
  [[''], undefined],
])('reads %j', (content, expected) => {
  expect(parsePostmasterFile(content.join('\n'))).toEqual(expected);
});
