import type { JsonObject } from '@binnacle/domain';
import { useEffect, useRef, useState } from 'react';
import type { DraftText } from '../drafts/draft-state';
import type { ContentFault } from '../work/document-work';
import { inDocumentWorker } from '../work/document-worker';

/** Quiet for so long, a text is parsed. */
const QUIET_MS = 200;

export interface ParsedDraft {
  /** False until the text was read for the first time. */
  readonly isKnown: boolean;
  /** Of the text as it was last readable. */
  readonly value: JsonObject;
  /** Why the text cannot be read; empty when it can. */
  readonly errors: readonly ContentFault[];
}

const NOTHING: ParsedDraft = { isKnown: false, value: {}, errors: [] };

/** The content of the text, parsed beside the page a moment after the last change. */
export function useParsedDraft(text: DraftText): ParsedDraft {
  const [parsed, setParsed] = useState<ParsedDraft>(NOTHING);
  const isFirst = useRef(true);
  useEffect(() => {
    let isOver = false;
    const quietMs = isFirst.current ? 0 : QUIET_MS;
    isFirst.current = false;
    const timer = setTimeout(async () => {
      try {
        const answer = await inDocumentWorker({ kind: 'parse', text });
        if (isOver) return;
        if (answer.ok) setParsed({ isKnown: true, value: answer.value, errors: [] });
        else setParsed(({ value }) => ({ isKnown: true, value, errors: answer.errors }));
      } catch (error) {
        if (!isOver)
          setParsed(({ value }) => ({
            isKnown: true,
            value,
            errors: [{ pointer: '', message: (error as Error).message }],
          }));
      }
    }, quietMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [text]);
  return parsed;
}
