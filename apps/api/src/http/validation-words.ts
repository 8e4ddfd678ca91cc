import { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  nan: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
  date: 'a date',
  null: 'null',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a date with a time, such as 2026-01-31T12:00:00Z',
  date: 'a date, such as 2026-01-31',
  email: 'an e-mail address',
  url: 'a URL',
  uuid: 'a UUID',
};

/** Lets schemas say what is wrong with a value in the words of this API, where they have no words of their own. */
export function useOwnWords(): void {
  z.config({ customError: validationWords });
}

/** The same for a single parse, as its `error`. */
export function validationWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `must be ${KINDS[issue.expected] ?? 'of another type'}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `must ${bound(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `must ${bound(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
    case 'invalid_format':
      if (issue.format === 'regex') return `must match ${issue.pattern}`;
      return `must be ${FORMATS[issue.format] ?? 'of another form'}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return 'has none of the forms that are allowed here';
    case 'invalid_key':
      return 'has a key that is not allowed here';
    case 'invalid_element':
      return 'has an element that is not allowed here';
    // Fields that are not known are named one by one; what a schema checks by itself has words of its own.
    case 'unrecognized_keys':
    case 'custom':
      return undefined;
  }
}

function bound(origin: string): string {
  return unit(origin, 1) === '' ? 'be ' : 'have ';
}

function unit(origin: string, count: number | bigint): string {
  const isOne = Number(count) === 1;
  switch (origin) {
    case 'string':
      return isOne ? ' character' : ' characters';
    case 'array':
    case 'set':
      return isOne ? ' item' : ' items';
    case 'map':
    case 'object':
      return isOne ? ' entry' : ' entries';
    default:
      return '';
  }
}
