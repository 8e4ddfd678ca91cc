import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { STYLE_NONCE } from '../../shell/style-nonce';

/** The colours come from `editor-colours.module.css`, once for each scheme. */
const highlightStyle = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: tags.content, color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.keyword], color: 'var(--code-constant)' },
  { tag: [tags.comment, tags.lineComment, tags.meta], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.labelName, tags.typeName], color: 'var(--code-anchor)' },
  {
    tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace],
    color: 'var(--code-punctuation)',
  },
  { tag: tags.invalid, color: 'var(--text-bad)' },
]);

const surface = EditorView.theme({
  '&': {
    fontSize: '13px',
    backgroundColor: 'var(--surface-raised)',
    color: 'var(--mantine-color-text)',
    height: '100%',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    lineHeight: '1.55',
    overflow: 'auto',
  },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface-raised)',
    color: 'var(--code-line-number)',
    border: 'none',
    borderRight: '1px solid var(--border-soft)',
  },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 10px', minWidth: '36px' },
  '.cm-activeLine': { backgroundColor: 'var(--code-active-line)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--mantine-color-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--code-selection)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--surface-selected)',
    border: 'none',
    color: 'inherit',
    padding: '0 6px',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--surface-selected)',
    outline: '1px solid var(--mantine-color-default-border)',
  },
  '.cm-panels': {
    backgroundColor: 'var(--surface-frame)',
    color: 'inherit',
    borderColor: 'var(--border-soft)',
  },
  '.cm-panel input, .cm-panel button': { fontFamily: 'var(--mantine-font-family)', color: 'inherit' },
  '.cm-textfield': {
    backgroundColor: 'var(--surface-raised)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: '4px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface-selected)',
    border: 'none',
    borderRadius: '4px',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--code-match)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--mantine-color-body)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: '6px',
    boxShadow: 'var(--mantine-shadow-md)',
    color: 'var(--mantine-color-text)',
    maxWidth: 'min(440px, 92vw)',
    fontFamily: 'var(--mantine-font-family)',
  },
  '.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '12.5px',
    maxHeight: '15em',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '1.5' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--surface-selected)',
    color: 'var(--mantine-color-text)',
  },
  '.cm-completionDetail': { color: 'var(--mantine-color-dimmed)', fontStyle: 'normal', marginLeft: '1.2em' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionInfo': { padding: '0' },
  '.cm-key-card': { padding: '8px 12px', fontSize: '12.5px', lineHeight: '1.45' },
  '.cm-key-card-head': {
    fontWeight: '600',
    display: 'flex',
    gap: '8px',
    alignItems: 'baseline',
    flexWrap: 'wrap',
  },
  '.cm-key-card-head code': { fontWeight: '400', color: 'var(--mantine-color-dimmed)', fontSize: '12px' },
  '.cm-key-card-deprecated': { color: 'var(--text-warning)', fontWeight: '500' },
  '.cm-key-card-summary': { color: 'var(--mantine-color-dimmed)', marginTop: '2px' },
  '.cm-key-card-description': { marginTop: '6px', whiteSpace: 'pre-wrap' },
  '.cm-key-card-values': {
    marginTop: '6px',
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '12px',
    overflowWrap: 'anywhere',
  },
  '.cm-diagnostic': { padding: '6px 12px', fontSize: '12.5px', borderLeftWidth: '3px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--text-bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--text-warning)' },
  // An underline of the text itself: the usual one is an image, which the page's policy refuses.
  '.cm-lintRange': {
    backgroundImage: 'none',
    paddingBottom: '1px',
    textDecoration: 'underline wavy',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-error': { textDecorationColor: 'var(--text-bad)' },
  '.cm-lintRange-warning': { textDecorationColor: 'var(--text-warning)' },
  '.cm-lintRange-active': { backgroundColor: 'var(--code-match)' },
  '.cm-gutter-lint': { width: '12px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0' },
  '.cm-lint-marker': {
    width: '8px',
    height: '8px',
    margin: '6px 2px',
    borderRadius: '50%',
    content: 'normal',
  },
  '.cm-lint-marker-error': { content: 'normal', backgroundColor: 'var(--text-bad)' },
  '.cm-lint-marker-warning': {
    content: 'normal',
    backgroundColor: 'var(--text-warning)',
    borderRadius: '2px',
  },
});

/** The look of every editor and diff. */
export const editorTheme: Extension = [
  EditorView.cspNonce.of(STYLE_NONCE),
  surface,
  syntaxHighlighting(highlightStyle),
];
