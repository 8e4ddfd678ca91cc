import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Problem } from '@binnacle/contracts';
import { RateLimited } from './rate-limited.js';

/** A whole HTTP answer as text, for a connection on which there is no reply to send: it is closed after it. */
export function plainAnswer(problem: Problem, status: number = problem.status): string {
  const requestId = randomUUID();
  const body = JSON.stringify({ ...problem.toBody(requestId), status });
  const extra =
    problem instanceof RateLimited ? problem.headers : status === 503 ? { 'retry-after': '2' } : {};
  const fields = {
    connection: 'close',
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...extra,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
