import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type FieldError, Problem } from '@binnacle/contracts';
import { appendPointer } from '@binnacle/domain';
import { describeErrors } from './describe-errors.js';
import { InvalidPath } from './invalid-path.js';

const MAX_ERRORS = 50;

interface Issue {
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Checks bodies, queries and path parameters against their zod schemas. A path that can name nothing is an `InvalidPath`.
 * Keys such as `__proto__` were refused when the body was parsed, so nothing has to be searched for them here.
 */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  async transform(value: unknown, { schema, type }: ArgumentMetadata): Promise<unknown> {
    if (schema === undefined) return value;
    const given = value === undefined && type === 'body' ? {} : value;
    const result = await schema['~standard'].validate(given);
    if (result.issues === undefined) return result.value;
    const errors = result.issues.flatMap(toFieldErrors).slice(0, MAX_ERRORS);
    if (type === 'param') throw new InvalidPath(errors);
    throw new Problem('invalid_request', describeErrors(errors, 'The request is not valid.'), errors);
  }
}

/** An unknown field is pointed at itself, not at the object that holds it. */
function toFieldErrors(issue: Issue): FieldError[] {
  const keys = (issue.path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
  const pointer = keys.reduce<string>((parent, key) => appendPointer(parent, String(key)), '');
  if (issue.code !== 'unrecognized_keys' || issue.keys === undefined)
    return [{ pointer, message: issue.message }];
  return issue.keys.map((key) => ({
    pointer: appendPointer(pointer, key),
    message: 'is not a field that is known here',
  }));
}
