import { type FieldError, Problem, type ProblemBody, type ProblemCode, PROBLEMS } from '@binnacle/contracts';
import { PlaneUnreachable } from './plane-unreachable.js';

/** A problem as the server told it; the request id finds the request in the logs of the server. */
export class RequestProblem extends Problem {
  constructor(
    code: ProblemCode,
    detail: string,
    readonly requestId: string,
    errors?: readonly FieldError[],
  ) {
    super(code, detail, errors);
  }
}

/** What an answer with an error status says. A load balancer's own error page is no word of the plane. */
export function readProblem(status: number, text: string): RequestProblem | PlaneUnreachable {
  const parsed = parseOrUndefined(text);
  if (!isProblemBody(parsed))
    return new PlaneUnreachable(`The answer (${status}) does not come from the API.`);
  const { code, detail, requestId, errors } = parsed;
  return new RequestProblem(isKnown(code) ? code : codeOfStatus(status), detail, requestId, errors);
}

/** What `problemSchema` asks of what is read here; by hand, so that no page loads zod for this alone. */
function isProblemBody(value: unknown): value is Omit<ProblemBody, 'type' | 'title' | 'status'> {
  if (typeof value !== 'object' || value === null) return false;
  const { code, detail, requestId, errors = [] } = value as Partial<Record<keyof ProblemBody, unknown>>;
  return (
    [code, detail, requestId].every((field) => typeof field === 'string') &&
    Array.isArray(errors) &&
    errors.every(isFieldError)
  );
}

function isFieldError(value: unknown): value is FieldError {
  if (typeof value !== 'object' || value === null) return false;
  const { pointer, message } = value as Partial<Record<keyof FieldError, unknown>>;
  return typeof pointer === 'string' && typeof message === 'string';
}

function isKnown(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** For a code of a newer server: the first one that has the same status. */
function codeOfStatus(status: number): ProblemCode {
  const codes = Object.keys(PROBLEMS).filter(isKnown);
  return codes.find((code) => PROBLEMS[code].status === status) ?? 'internal';
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
