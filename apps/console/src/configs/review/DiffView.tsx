import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import colours from '../editor/editor-colours.module.css';
import { languageOf, readingExtensions } from '../editor/editor-extensions';
import type { WrittenText } from '../work/document-work';
import classes from './DiffView.module.css';

interface Props {
  readonly label: string;
  readonly before: WrittenText;
  readonly after: WrittenText;
  /** Side by side where there is room, else one below the other. */
  readonly isWide: boolean;
}

/** A diff of large texts stays rough rather than taking longer than this. */
const DIFF_CONFIG = { scanLimit: 500, timeout: 150 };
const COLLAPSE = { margin: 3, minSize: 6 };

/** What changed from one text to another. */
export function DiffView({ label, before, after, isWide }: Props) {
  const { source: oldSource, format: oldFormat } = before;
  const { source: newSource, format: newFormat } = after;
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const host = parent.current as HTMLElement;
    const extensionsOf = (format: WrittenText['format'], side: string): Extension => [
      languageOf(format),
      readingExtensions,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ 'aria-label': `${label}: ${side}`, tabindex: '0' }),
    ];
    const view = isWide
      ? new MergeView({
          parent: host,
          a: { doc: oldSource, extensions: extensionsOf(oldFormat, 'before') },
          b: { doc: newSource, extensions: extensionsOf(newFormat, 'after') },
          collapseUnchanged: COLLAPSE,
          diffConfig: DIFF_CONFIG,
        })
      : new EditorView({
          parent: host,
          doc: newSource,
          extensions: [
            extensionsOf(newFormat, 'before and after'),
            unifiedMergeView({
              original: oldSource,
              mergeControls: false,
              collapseUnchanged: COLLAPSE,
              diffConfig: DIFF_CONFIG,
            }),
          ],
        });
    return () => view.destroy();
  }, [label, oldSource, oldFormat, newSource, newFormat, isWide]);
  return (
    <div
      ref={parent}
      className={`${colours['colours']} ${classes['diff']}`}
      role="group"
      aria-label={label}
    />
  );
}
