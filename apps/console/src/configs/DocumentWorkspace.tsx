import { Stack } from '@mantine/core';
import type { EnvironmentBody, PublishedBody } from '@binnacle/contracts';
import type { Json } from '@binnacle/domain';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useMay, useSession } from '../shell/session';
import { beginDraft, putAside } from './drafts/begin-draft';
import { draftEndOf } from './drafts/draft-end';
import { keptTextsOf } from './drafts/kept-texts';
import { draftPortOf, useDraftKeeper } from './drafts/use-draft-keeper';
import { DraftBanner } from './edit/DraftBanner';
import { EditStep } from './edit/EditStep';
import { LeftoverBar } from './edit/LeftoverBar';
import { NoticeBar } from './edit/NoticeBar';
import { noticeOf, shownState } from './edit/notices';
import { useFieldEdits } from './edit/use-field-edits';
import { useOtherEditors } from './edit/use-other-editors';
import { useParsedDraft } from './edit/use-parsed-draft';
import { LayerBar } from './LayerBar';
import { MergePanel } from './merge/MergePanel';
import { useMerge } from './merge/use-merge';
import { PublishedStep } from './publish/PublishedStep';
import { documentNowQuery, endedDraftQuery, type OpenedDocument } from './queries';
import { ReviewStep } from './review/ReviewStep';
import { StepBar, type StepName } from './StepBar';

const documentRoute = getRouteApi('/signed-in/services/$service/documents/$layer');

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly opened: OpenedDocument;
  readonly schema: Json | undefined;
  readonly environments: readonly EnvironmentBody[];
  /** Begins anew, with what the server has by then. */
  readonly onReopen: () => void;
}

/** The work on one document, from the first key to the published version. */
export function DocumentWorkspace({ service, layer, opened, schema, environments, onReopen }: Props) {
  const search = documentRoute.useSearch();
  const navigate = documentRoute.useNavigate();
  const session = useSession();
  const scope = layer === 'base' ? { service } : { service, environment: layer };
  const mayEdit = useMay()('config:edit', scope);
  const { kept, aside } = useMemo(() => {
    const owner = `${session.workspace?.id ?? ''}/${session.name}/${service}/${layer}`;
    return { kept: keptTextsOf(owner), aside: keptTextsOf(`${owner}#aside`) };
  }, [session.workspace?.id, session.name, service, layer]);
  const begin = (wantsDraft: 'now' | 'by-address' | 'no') =>
    beginDraft(draftPortOf(service, layer), kept, aside, { ...opened, wantsDraft });
  const [{ keeper, opening, leftover, waiting }, setBegun] = useState(() =>
    begin(search.draft === true ? 'by-address' : 'no'),
  );
  const [hasLeftover, setHasLeftover] = useState(true);
  const [message, setMessage] = useState(opened.draft?.message ?? '');
  const [published, setPublished] = useState<PublishedBody>();
  /** What is shown is about to be replaced by what the server has. */
  const [isOver, setIsOver] = useState(false);
  const state = useDraftKeeper(keeper);
  const parsed = useParsedDraft(state.text);
  const now = useQuery(documentNowQuery(service, layer));
  const merge = useMerge(service, layer, keeper);
  const others = useOtherEditors(service, layer);
  const editField = useFieldEdits(keeper);
  const isChosen = opening.kind !== 'choose';
  const isReadOnly = !mayEdit || !isChosen || published !== undefined;
  const hasDraft = isChosen && state.synced.draftEtag !== undefined;
  const isTouched = hasDraft || (isChosen && state.save.kind !== 'untouched');
  const step: StepName =
    published !== undefined ? 'publish' : isTouched && search.step === 'review' ? 'review' : 'edit';
  const notice =
    published === undefined && isChosen ? noticeOf(state, now.data, now.dataUpdatedAt) : undefined;
  const ended = useQuery({
    ...endedDraftQuery(service, layer, state.synced.draftEtag),
    enabled: notice?.kind === 'draft-gone',
  });

  // A reload goes on with the draft that was begun here.
  useEffect(() => {
    if (hasDraft && search.draft !== true && published === undefined && !isOver)
      void navigate({ search: (before) => ({ ...before, draft: true }), replace: true });
  }, [hasDraft, search.draft, published, isOver, navigate]);

  const save = useCallback(() => keeper.saveNow(), [keeper]);
  const goTo = (to: StepName): void => {
    if (to === 'review') void save();
    void navigate({
      search: ({ step: _, ...before }) => (to === 'review' ? { ...before, step: 'review' } : before),
    });
  };
  const reopen = (): void => {
    setIsOver(true);
    void navigate({ search: {} }).then(onReopen);
  };
  const discarded = (): void => {
    keeper.end();
    reopen();
  };

  return (
    <Stack gap="xs">
      <LayerBar service={service} layer={layer} page="edit">
        <StepBar
          step={step}
          reachable={published !== undefined ? [] : isTouched && !isReadOnly ? ['edit', 'review'] : ['edit']}
          onGo={goTo}
        />
      </LayerBar>
      {opening.kind === 'choose' && published === undefined && (
        <DraftBanner
          service={service}
          layer={layer}
          draft={opening.draft}
          live={opened.live}
          mayEdit={mayEdit}
          others={others}
          onContinue={() => setBegun(begin('now'))}
          onDiscarded={() => {
            putAside(kept, aside);
            reopen();
          }}
        />
      )}
      {waiting !== undefined && hasLeftover && mayEdit && published === undefined && (
        <LeftoverBar
          leftover={waiting}
          onBringIn={undefined}
          onForget={() => {
            kept.forget();
            aside.forget();
            setHasLeftover(false);
          }}
        />
      )}
      {leftover !== undefined && hasLeftover && merge.merging === undefined && (
        <LeftoverBar
          leftover={leftover}
          onBringIn={() =>
            void merge.mergeLeftover(leftover, () => {
              aside.forget();
              setHasLeftover(false);
            })
          }
          onForget={() => {
            aside.forget();
            setHasLeftover(false);
          }}
        />
      )}
      {notice !== undefined && merge.merging === undefined && (
        <NoticeBar
          notice={notice}
          ended={ended.data === undefined ? undefined : draftEndOf(state.draft, ended.data ?? undefined)}
          onMerge={() =>
            void (notice.kind === 'conflict' ? merge.mergeConflict(notice.theirs) : merge.mergeNewest())
          }
          onReopen={onReopen}
          onRetry={() => void save()}
        />
      )}
      {merge.merging !== undefined && (
        <MergePanel sides={merge.merging.sides} onDone={merge.merging.onDone} onCancel={merge.cancel} />
      )}
      {merge.merging === undefined && step === 'edit' && (
        <EditStep
          key={opening.kind}
          service={service}
          layer={layer}
          state={shownState(state, notice)}
          parsed={parsed}
          schema={schema}
          environments={environments}
          isReadOnly={isReadOnly}
          others={others}
          onDiscarded={hasDraft ? discarded : undefined}
          onChange={(text) => keeper.change(text)}
          onEdit={editField}
          onSave={() => void save()}
          onReview={() => isTouched && goTo('review')}
        />
      )}
      {merge.merging === undefined && step === 'review' && (
        <ReviewStep
          service={service}
          layer={layer}
          state={state}
          environments={environments}
          message={message}
          onMessage={setMessage}
          isBlocked={notice !== undefined && notice.kind !== 'draft-began'}
          onSave={save}
          onBack={() => goTo('edit')}
          onPublished={(result) => {
            keeper.end();
            setPublished(result);
            void navigate({ search: { step: 'publish' }, replace: true });
          }}
        />
      )}
      {published !== undefined && (
        <PublishedStep service={service} layer={layer} published={published} onEditAgain={reopen} />
      )}
    </Stack>
  );
}
