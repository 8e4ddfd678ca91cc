import { z } from 'zod';

const NUL = '\0';

/** Free text that a person sends. Neither PostgreSQL nor UTF-8 can hold NUL and halves of surrogate pairs. */
export function text(minLength: number, maxLength: number) {
  return z
    .string()
    .min(minLength, { abort: true })
    .max(maxLength)
    .refine((value) => !value.includes(NUL) && value.isWellFormed(), {
      error: 'must not contain NUL characters or unpaired surrogates',
    });
}

/** Control and format characters and what breaks a line: they would make a name look like another, or like two lines. */
const NOT_IN_NAMES = /[\p{C}\p{Zl}\p{Zp}]/u;

/** What a person calls something, as it then stands in lists and in the audit. */
export function nameText(minLength: number, maxLength: number) {
  return z
    .string()
    .min(minLength, { abort: true })
    .max(maxLength)
    .refine((value) => /\S/.test(value) && !NOT_IN_NAMES.test(value), {
      error: 'must not be blank or contain control characters, invisible ones or line breaks',
    });
}

/** Free text that a program sends beside what matters: it is mended, as it must not cost a heartbeat. */
export function mendedText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .overwrite((value) => value.replaceAll(NUL, '').toWellFormed());
}
