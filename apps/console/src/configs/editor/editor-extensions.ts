import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { jsonLanguage } from '@codemirror/lang-json';
import { yamlLanguage } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { ContentFormat } from '@binnacle/domain/parse-content';
import { completeFromSchema } from '../complete/schema-completion';
import { schemaHover } from '../complete/schema-hover';
import { editorTheme } from './editor-theme';

export function languageOf(format: ContentFormat): Extension {
  return format === 'json' ? jsonLanguage : yamlLanguage;
}

/** What editors and diffs have in common. */
export const readingExtensions: Extension = [
  editorTheme,
  lineNumbers(),
  highlightSpecialChars(),
  foldGutter({ openText: '▾', closedText: '▸' }),
  bracketMatching(),
  keymap.of([...searchKeymap, ...foldKeymap]),
  EditorView.lineWrapping,
];

/** Everything that helps to write. `Tab` indents; Escape and then Tab leaves the editor. */
export const writingExtensions: Extension = [
  readingExtensions,
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  history(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  indentUnit.of('  '),
  closeBrackets(),
  autocompletion({ override: [completeFromSchema], icons: false, defaultKeymap: true, closeOnBlur: true }),
  schemaHover,
  lintGutter(),
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...historyKeymap,
    ...completionKeymap,
    ...lintKeymap,
    indentWithTab,
  ]),
];
