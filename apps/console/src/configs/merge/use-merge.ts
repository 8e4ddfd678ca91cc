import { useState } from 'react';
import { notifyProblem } from '../../shell/notify';
import { queryClient } from '../../shell/query-client';
import { apiClient } from '../../shell/api-client';
import { commonGround } from '../drafts/draft-end';
import type { DraftKeeper } from '../drafts/draft-keeper';
import type { DraftText, Theirs } from '../drafts/draft-state';
import type { KeptText } from '../drafts/kept-texts';
import { DOCUMENT_TIMEOUT_MS, versionQuery } from '../queries';
import { actorName } from '../actor-name';
import type { MergeSides } from './MergePanel';

export interface Merging {
  readonly sides: MergeSides;
  readonly onDone: (text: DraftText) => void;
}

const EMPTY: DraftText = { source: '', format: 'yaml' };

/** What is being brought together now, and how each kind of merge begins. */
export function useMerge(service: string, layer: string, keeper: DraftKeeper) {
  const [merging, setMerging] = useState<Merging>();
  const begin = (sides: MergeSides, apply: (text: DraftText) => void): void =>
    setMerging({
      sides,
      onDone: (text) => {
        setMerging(undefined);
        apply(text);
      },
    });

  /** Undefined when it could not be read, which was said then. */
  const publishedBase = async (version: number): Promise<DraftText | undefined> => {
    try {
      return textOf(await queryClient.fetchQuery(versionQuery(service, layer, version)));
    } catch (error) {
      notifyProblem(error as Error);
      return undefined;
    }
  };

  /** My text and what somebody else put in its place. */
  const mergeConflict = async (theirs: Theirs): Promise<void> => {
    const { text, synced } = keeper.state;
    const isOnSaved = commonGround(keeper.state, theirs) === 'saved';
    const base = isOnSaved ? synced : await publishedBase(synced.baseVersion);
    if (base === undefined) return;
    const side = theirs.kind === 'draft' ? theirs.draft : theirs.live;
    const name =
      theirs.kind === 'draft'
        ? `the draft of ${actorName(theirs.draft.author)}`
        : `version ${theirs.live?.version ?? 0}`;
    begin({ base: textOf(base), mine: text, theirs: textOf(side), theirName: name }, (merged) =>
      keeper.settle(merged, theirs),
    );
  };

  /** My text and a version that was published after it was begun. */
  const mergeNewest = async (): Promise<void> => {
    try {
      const { text, synced } = keeper.state;
      const [base, live] = await Promise.all([
        queryClient.fetchQuery(versionQuery(service, layer, synced.baseVersion)),
        apiClient.documents.read(service, layer, { timeoutMs: DOCUMENT_TIMEOUT_MS }),
      ]);
      const sides = {
        base: textOf(base),
        mine: text,
        theirs: textOf(live),
        theirName: `version ${live.version}`,
      };
      begin(sides, (merged) =>
        synced.draftEtag === undefined
          ? keeper.settle(merged, { kind: 'live', live, ended: undefined })
          : keeper.rebase(merged, live.version),
      );
    } catch (error) {
      notifyProblem(error as Error);
    }
  };

  /** What is in the editor, and unsaved text of an earlier visit. */
  const mergeLeftover = async (leftover: KeptText, onDone: () => void): Promise<void> => {
    const { source, format, draftEtag, baseVersion } = leftover;
    // The draft that it continued is gone, and may never have been published: the version below it is in both.
    const isOfGone = draftEtag !== undefined && keeper.state.synced.draftEtag === undefined;
    const base = isOfGone
      ? await publishedBase(baseVersion)
      : { source: leftover.base, format: leftover.baseFormat };
    if (base === undefined) return;
    const sides = { base, mine: { source, format }, theirs: keeper.state.text };
    begin({ ...sides, theirName: 'what is there now' }, (merged) => {
      keeper.change(merged);
      onDone();
    });
  };

  return { merging, mergeConflict, mergeNewest, mergeLeftover, cancel: () => setMerging(undefined) };
}

function textOf(document: DraftText | undefined): DraftText {
  return document === undefined ? EMPTY : { source: document.source, format: document.format };
}
