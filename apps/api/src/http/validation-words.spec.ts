import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { useOwnWords } from './validation-words.js';

beforeAll(useOwnWords);
afterAll(() => z.config({ customError: undefined }));

it.each([
  [z.object({ a: z.string() }), {}, 'is missing'],
  [z.string(), 1, 'must be a string'],
  [z.coerce.number(), 'x', 'must be a number'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.object({}), [], 'must be an object'],
  [z.array(z.string()), 'x', 'must be a list'],
  [z.enum(['a', 'b']), 'c', 'must be one of "a", "b"'],
  [z.literal('a'), 'c', 'must be "a"'],
  [z.string().min(3), 'x', 'must have at least 3 characters'],
  [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 item'],
  [z.string().min(1), '', 'must have at least 1 character'],
  [z.array(z.string()).min(2), [], 'must have at least 2 items'],
  [z.set(z.string()).max(0), new Set(['a']), 'must have at most 0 items'],
  [z.number().positive(), 0, 'must be more than 0'],
  [z.number().max(5), 6, 'must be at most 5'],
  [z.string().regex(/^a$/), 'b', 'must match /^a$/'],
  [z.iso.datetime(), 'b', 'must be a date with a time, such as 2026-01-31T12:00:00Z'],
  [z.union([z.string(), z.number()]), true, 'has none of the forms that are allowed here'],
  [z.string().regex(/^a$/, 'must be an a'), 'b', 'must be an a'],
])('says what is wrong (%#)', (schema, value, expected) => {
  expect(schema.safeParse(value).error?.issues[0]?.message).toBe(expected);
});
