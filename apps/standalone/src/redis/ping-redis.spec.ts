import { expect, it } from 'vitest';
import { readPingReplies } from './ping-redis.js';

it.each([
  ['', undefined],
  ['+OK\r\n', undefined],
  ['+OK\r\n+PO', undefined],
  ['+OK\r\n+PONG\r\n', { kind: 'ready' }],
  ['+OK\r\n-LOADING Redis is loading the dataset in memory\r\n', { kind: 'not yet' }],
  [
    '-WRONGPASS invalid username-password pair\r\n',
    { kind: 'refused', reason: 'WRONGPASS invalid username-password pair' },
  ],
  ['HTTP/1.1 400 Bad Request\r\n\r\n', { kind: 'refused', reason: 'it answered HTTP/1.1 400 Bad Request' }],
])('reads %j', (received, outcome) => {
  expect(readPingReplies(received)).toEqual(outcome);
});
