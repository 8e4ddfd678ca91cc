import { z } from 'zod';

const NUL = '\0';

/** Free text that a person sends. Neither PostgreSQL nor UTF-8 can hold NUL and halves of surrogate pairs. */
export function text(minLength: number, maxLength: number) {
  return z
    .string()
    .min(minLength)
    .max(maxLength)
    .refine((value) => !value.includes(NUL) && value.isWellFormed(), {
      error: 'must not contain NUL characters or unpaired surrogates',
    });
}

/** Free text that a program sends beside what matters: it is mended, as it must not cost a heartbeat. */
export function mendedText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .overwrite((value) => value.replaceAll(NUL, '').toWellFormed());
}
