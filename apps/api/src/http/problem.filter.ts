import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidPath } from './invalid-path.js';
import { sendProblem } from './send-problem.js';

/** Turns whatever a handler threw into problem details (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const answered = error instanceof InvalidPath ? error.answerTo(request) : error;
    sendProblem(answered, request, http.getResponse<FastifyReply>());
  }
}
