import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemCode, Touched } from '@binnacle/contracts';
import { RateLimited } from './rate-limited.js';
import { shownRequestId } from './request-id.js';
import { toProblem } from './to-problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** With which it was answered, if it was. */
    problemCode?: ProblemCode;
    /** What that was about, where the path does not say. */
    problemTouched?: Touched;
  }
}

/** Answers with problem details. An error of ours is logged here, once, with its cause; the sender gets its request id. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error);
  request.problemCode = problem.code;
  if (problem.touched !== undefined) request.problemTouched = problem.touched;
  if (problem.code === 'internal') request.log.error({ err: error }, 'request failed');
  else if (problem.status >= 500) request.log.warn({ err: error }, problem.message);
  if (problem.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer');
  readTheRest(request, reply);
  if (problem.status === 503) void reply.header('retry-after', '1');
  if (problem instanceof RateLimited) void reply.headers(problem.headers);
  void reply
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem.toBody(shownRequestId(request.id))));
}

/**
 * A client reads the answer only when it has sent its body, and a connection closed before that shows it an error of
 * the network instead. The time limit of requests bounds how long this may take.
 */
function readTheRest(request: FastifyRequest, reply: FastifyReply): void {
  void reply.removeHeader('connection');
  request.raw.resume();
}
