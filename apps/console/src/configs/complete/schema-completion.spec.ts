import { CompletionContext } from '@codemirror/autocomplete';
import { jsonLanguage } from '@codemirror/lang-json';
import { yamlLanguage } from '@codemirror/lang-yaml';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { editorDocument } from '../editor/editor-document';
import { completeFromSchema } from './schema-completion';

const SCHEMA = {
  properties: {
    log: { enum: ['debug', 'info'], default: 'info' },
    pool: {
      type: 'object',
      properties: { max: { type: 'integer', 'x-unit': 'ms' }, min: {} },
      required: ['max'],
    },
    old: { type: 'boolean', deprecated: true },
  },
};

/** What is offered where `|` stands. */
function offered(format: 'json' | 'yaml', marked: string, isOverlay = false): string[] {
  const state = EditorState.create({
    doc: marked.replace('|', ''),
    extensions: [
      format === 'json' ? jsonLanguage : yamlLanguage,
      editorDocument.of({ format, schema: SCHEMA, isOverlay }),
    ],
  });
  const result = completeFromSchema(new CompletionContext(state, marked.indexOf('|'), true));
  return (result?.options ?? []).map(({ label, detail }) => (detail ? `${label} (${detail})` : label));
}

describe('completeFromSchema', () => {
  it.each([
    ['json', '{"log": "info", |}', ['pool (object)', 'old (boolean · deprecated)']],
    ['json', '{"pool": {"m|"}}', ['max (integer · ms)', 'min']],
    ['json', '{"log": "|"}', ['info (default)', 'debug']],
    ['yaml', 'pool:\n  max: 1\n  |', ['min']],
    ['yaml', 'old: |', ['true', 'false']],
    ['yaml', 'unknown:\n  |', []],
  ] as const)('in %s at %j', (format, text, options) => {
    expect(offered(format, text)).toEqual(options);
  });

  it('offers in an overlay to take away what lies below', () => {
    expect(offered('yaml', 'old: |', true).at(-1)).toBe('null (takes away what lies below)');
  });
});
