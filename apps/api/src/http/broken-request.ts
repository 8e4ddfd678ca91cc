import type { Socket } from 'node:net';
import { Problem } from '@binnacle/contracts';
import { plainAnswer } from './plain-answer.js';

/** What Node's parser found, and the answer to it. None repeats what was sent, nor what the parser calls it. */
const ANSWERS: Readonly<Record<string, { status: number; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'The header fields of the request are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'The request did not arrive in time.' },
};
const OTHERWISE = { status: 400, detail: 'This is not a request of HTTP/1.1.' };

/** Answers what never became a request, and closes its connection. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  // A connection that was reset has nobody to answer to.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) return void socket.destroy();
  const { status, detail } = ANSWERS[error.code ?? ''] ?? OTHERWISE;
  socket.end(plainAnswer(new Problem('malformed_request', detail), status), () => socket.destroy());
}
