import { HttpException } from '@nestjs/common';
import { Problem, type ProblemCode } from '@binnacle/contracts';
import { IdempotencyMismatch, InvalidCursor, isDatabaseUnavailable } from '@binnacle/store';

/** What a status means when somebody else's code (Nest, Fastify) chose it. */
const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  414: 'malformed_request',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  431: 'malformed_request',
  503: 'storage_unavailable',
};

/** What is said then: their own words would tell of libraries, and repeat what was sent. */
const DETAIL_OF_CODE: Partial<Record<ProblemCode, string>> = {
  malformed_request: 'The request is not well formed.',
  not_found: 'There is nothing at this address.',
  method_not_allowed: 'There is nothing at this address for this method.',
  payload_too_large: 'The body is larger than this route takes.',
  unsupported_media_type: 'Bodies are JSON: send them with `content-type: application/json`.',
  storage_unavailable: 'It cannot be answered now. Try again in a moment.',
};

/** Anything that was thrown, as the problem that its sender may see; `internal` says nothing of what happened. */
export function toProblem(error: unknown): Problem {
  if (Problem.isInstance(error)) return error;
  if (error instanceof InvalidCursor)
    return new Problem('invalid_request', 'This cursor was not handed out by this list.', [
      { pointer: '/cursor', message: 'must be the nextCursor of the page before' },
    ]);
  if (error instanceof IdempotencyMismatch)
    return new Problem('idempotency_mismatch', 'Choose a new Idempotency-Key for a new request.');
  if (isDatabaseUnavailable(error))
    return new Problem('storage_unavailable', 'The database did not answer in time. Try again in a moment.');
  const status = statusOf(error);
  const code = status === undefined ? undefined : CODE_OF_STATUS[status];
  if (code === undefined) return new Problem('internal', 'The request could not be completed.');
  return new Problem(code, DETAIL_OF_CODE[code] ?? 'The request cannot be served.');
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return error.statusCode;
  return undefined;
}
