import { type FieldError, Problem, type ProblemCode, PROBLEMS, problemSchema } from '@binnacle/contracts';
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
  const parsed = problemSchema.safeParse(parseOrUndefined(text));
  if (!parsed.success) return new PlaneUnreachable(`The answer (${status}) does not come from the API.`);
  const { code, detail, requestId, errors } = parsed.data;
  return new RequestProblem(isKnown(code) ? code : codeOfStatus(status), detail, requestId, errors);
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
