import { yaml } from '@codemirror/lang-yaml';
import { forEachDiagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { locateFaults, NO_FAULTS, showFaults } from './document-diagnostics';
import { editorDocument } from './editor-document';

const state = EditorState.create({
  doc: 'pool:\n  max: 5\n',
  extensions: [yaml(), editorDocument.of({ format: 'yaml', schema: undefined, isOverlay: true })],
});

describe('showFaults', () => {
  it('marks what stands in the text, and nothing for what another document sets', () => {
    const located = locateFaults(state, {
      ...NO_FAULTS,
      errors: [{ pointer: '/content/pool/max', message: 'must be at least 10' }],
      warnings: [{ pointer: '/content/old', message: 'is deprecated' }],
    });
    expect(located.map(({ pointer, isExact }) => ({ pointer, isExact }))).toEqual([
      { pointer: '/pool/max', isExact: true },
      { pointer: '/old', isExact: false },
    ]);
    const marked: string[] = [];
    forEachDiagnostic(state.update(showFaults(state, located)).state, ({ message }, from, to) =>
      marked.push(`${state.sliceDoc(from, to)} ${message}`),
    );
    expect(marked).toEqual(['5 must be at least 10']);
  });
});
