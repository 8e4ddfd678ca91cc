import type { FieldError } from '@binnacle/contracts';

/** The first of them in words, and how many more there are; `otherwise` when there is none. */
export function describeErrors(errors: readonly FieldError[], otherwise: string): string {
  const [first] = errors;
  if (first === undefined) return otherwise;
  const where = first.environment === undefined ? '' : ` in ${first.environment}`;
  const place = `${first.pointer}${where}`.trimStart();
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${place === '' ? '' : `${place}: `}${first.message}${more}`;
}
