import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { applyTextEdits, EditFault, editText, type TextEdit } from './edit-text.js';
import type { Json, JsonObject } from './json.js';

const PROPERTY_TIMEOUT_MS = 60_000;

function edited(text: string, format: 'json' | 'yaml', ...edits: TextEdit[]): string {
  const result = editText(text, format, edits);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.text;
}

describe('editText, whatever the text and the edits,', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'c',
    '0',
    '1',
    'x y',
    'toString',
    '',
    '~/',
    'true',
    'é: #',
    '- x',
    '<<',
  );
  const scalar = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      0,
      -1,
      1.5,
      1e-7,
      '',
      'x',
      ' x ',
      'null',
      '1',
      'a: b',
      '# no',
      'two\nlines\n',
      '\ttab',
      "it's",
      '"',
      '\\',
      '- a',
      '{',
      '*a',
      '&a',
      'x\r\ny',
      '\u2028',
      '\n',
      '  \n x',
      '=',
      '0x1',
      '1_0',
      '~',
    ),
    fc.string({ maxLength: 12 }),
  );
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      scalar,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(name, tie('tree'), { maxKeys: 4 }) as fc.Arbitrary<Json>,
    ),
  }));
  const documents = fc.dictionary(name, tree, { maxKeys: 5 }) as fc.Arbitrary<JsonObject>;
  const pointers = fc
    .array(fc.oneof(name, fc.constantFrom('-', '2')), { maxLength: 4, minLength: 1 })
    .map((tokens) => tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  const edits = fc.array(
    fc.oneof(
      fc.record({ pointer: pointers, value: tree }),
      fc.record({ pointer: pointers, remove: fc.constant(true as const) }),
    ),
    { maxLength: 4 },
  );

  function wanted(value: Json, list: readonly TextEdit[]): Json | undefined {
    try {
      return applyTextEdits(value, list);
    } catch (error) {
      if (error instanceof EditFault) return undefined;
      throw error;
    }
  }

  it.each(['json', 'yaml'] as const)(
    'says of %s what the edits say of its value',
    (format) => {
      const texts = documents.chain((value) =>
        fc.constantFrom(
          ...(format === 'json'
            ? [
                JSON.stringify(value),
                JSON.stringify(value, null, 2),
                JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n'),
              ]
            : [
                stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }),
                stringify(value, { indentSeq: false, indent: 4, aliasDuplicateObjects: false }),
                stringify(value, { collectionStyle: 'flow', aliasDuplicateObjects: false }),
                JSON.stringify(value),
              ]),
        ),
      );
      fc.assert(
        fc.property(texts, edits, (text, list) => {
          const before = editText(text, format, []);
          fc.pre(before.ok);
          const result = editText(text, format, list);
          const expected = wanted(parse(text, { uniqueKeys: false }) as Json, list);
          if (expected === undefined) expect(result.ok).toBe(false);
          else if (!result.ok) expect(JSON.stringify(result.errors)).toMatch(/surrogate/);
          else
            expect(parse(result.text, { uniqueKeys: false })).toEqual(JSON.parse(JSON.stringify(expected)));
        }),
        { numRuns: 1000 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'keeps every comment that stands beside something kept',
    () => {
      const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 2, maxLength: 5 });
      fc.assert(
        fc.property(
          keys,
          keys,
          fc.array(fc.record({ pointer: pointers, value: scalar }), { maxLength: 3 }),
          (outer, inner, list) => {
            const lines = outer.flatMap((key) => [
              `# above ${key}`,
              `${key}: # beside ${key}`,
              ...inner.flatMap((member) => [
                `  # above ${key}${member}`,
                `  ${member}: 1 # beside ${key}${member}`,
              ]),
            ]);
            const within = list.map((edit) => ({ ...edit, pointer: `/${outer[0]}/${inner[0]}` }));
            const text = `# head\n${lines.join('\n')}\n# foot\n`;
            const result = edited(text, 'yaml', ...within, { pointer: `/${outer[1]}/new`, value: 1 });
            for (const comment of text.match(/# .*/g) ?? []) expect(result).toContain(comment);
          },
        ),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'edits a large text in seconds',
    () => {
      const value = Object.fromEntries(
        Array.from({ length: 9000 }, (_, index) => [`key-${index}`, 'x'.repeat(80)]),
      );
      const list = Array.from({ length: 9000 }, (_, index): TextEdit => ({
        pointer: `/key-${index}`,
        value: index,
      }));
      for (const [format, text] of [
        ['json', JSON.stringify(value, null, 2)],
        ['yaml', stringify(value, { lineWidth: 0 })],
      ] as const) {
        const startMs = performance.now();
        expect(parse(edited(text, format, ...list))).toMatchObject({ 'key-0': 0, 'key-8999': 8999 });
        expect(performance.now() - startMs).toBeLessThan(20_000);
      }
    },
    PROPERTY_TIMEOUT_MS,
  );
});
