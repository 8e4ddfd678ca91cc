import { z } from 'zod';
import type { Touched } from '../access/grants-allow.js';
import { PROBLEMS, type ProblemCode } from './problem-codes.js';

export const fieldErrorSchema = z.object({
  pointer: z.string().describe('JSON Pointer (RFC 6901) into what was sent; empty for the whole'),
  message: z.string(),
  line: z.number().int().min(1).optional().describe('of the text that was sent, counted from 1'),
  column: z.number().int().min(1).optional().describe('in UTF-16 units, counted from 1'),
  environment: z.string().optional().describe('where the effective configuration broke, if it did'),
  service: z
    .string()
    .optional()
    .describe('whose effective configuration, where that is not plain from the request'),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** RFC 9457, with the fields that Binnacle adds. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemBody = z.infer<typeof problemSchema>;

const MARKER = Symbol.for('binnacle.problem');

/** A request that failed in a way its sender can understand; thrown by services, turned into RFC 9457 at the edge. */
export class Problem extends Error {
  readonly [MARKER] = true;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly errors?: readonly FieldError[],
    /** What it was about, where the path does not say: for the audit, not for the sender. */
    readonly touched?: Touched,
  ) {
    super(detail);
    this.name = 'Problem';
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** Also true for a Problem that another copy of this package made. */
  static isInstance(value: unknown): value is Problem {
    return typeof value === 'object' && value !== null && MARKER in value;
  }

  toBody(requestId: string): ProblemBody {
    return {
      type: `urn:binnacle:problem:${this.code}`,
      title: PROBLEMS[this.code].title,
      status: this.status,
      detail: this.message,
      code: this.code,
      requestId,
      ...(this.errors === undefined ? {} : { errors: [...this.errors] }),
    };
  }
}
