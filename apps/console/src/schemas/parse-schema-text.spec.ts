import { expect, it } from 'vitest';
import { parseSchemaText } from './parse-schema-text.js';

it('takes an object, and the two schemas that are none', () => {
  expect(parseSchemaText('{"type": "object"}')).toEqual({ ok: true, schema: { type: 'object' } });
  expect(parseSchemaText(' true\n')).toEqual({ ok: true, schema: true });
  expect(parseSchemaText('false')).toEqual({ ok: true, schema: false });
});

it.each([
  ['{"type": "object",}', 'line 1'],
  ['{"a": 1, "a": 2}', 'line 1'],
  ['[]', 'object'],
])('says where %s is wrong', (text, words) => {
  const parsed = parseSchemaText(text);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(parsed.errors[0]?.message).toContain(words);
});
