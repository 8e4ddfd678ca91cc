import type { DraftBody } from '@binnacle/contracts';
import { useEffect, useSyncExternalStore } from 'react';
import { apiClient } from '../../shell/api-client';
import { beforeSignOut } from '../../shell/kept-in-browser';
import { DOCUMENT_TIMEOUT_MS, newestEnded, orUndefined } from '../queries';
import type { DraftKeeper } from './draft-keeper';
import type { DraftPort, DraftState } from './draft-state';

const OPTIONS = { timeoutMs: DOCUMENT_TIMEOUT_MS };

/** Saves the draft of one document through the API. */
export function draftPortOf(service: string, layer: string): DraftPort {
  return {
    save: ({ source, format, basedOn, baseVersion }): Promise<DraftBody> =>
      apiClient.drafts.save(
        service,
        layer,
        { content: source, format, ...(baseVersion === undefined ? {} : { baseVersion }) },
        { ...OPTIONS, ...(basedOn === undefined ? {} : { basedOn }) },
      ),
    readDraft: () => orUndefined(apiClient.drafts.read(service, layer, OPTIONS)),
    readLive: () => orUndefined(apiClient.documents.read(service, layer, OPTIONS)),
    readEnded: () => newestEnded(service, layer),
  };
}

/** The state of a keeper, which works as long as the component is there, and leaves nothing behind unsaved or unkept. */
export function useDraftKeeper(keeper: DraftKeeper): DraftState {
  useEffect(() => {
    keeper.resume();
    const keep = (event: Event): void => {
      if (!keeper.keepNow() && event.type === 'beforeunload') event.preventDefault();
    };
    const retry = () => keeper.retryNow();
    addEventListener('beforeunload', keep);
    addEventListener('pagehide', keep);
    addEventListener('online', retry);
    const stay = beforeSignOut(() => keeper.saveNow());
    return () => {
      removeEventListener('beforeunload', keep);
      removeEventListener('pagehide', keep);
      removeEventListener('online', retry);
      stay();
      keeper.leave();
    };
  }, [keeper]);
  return useSyncExternalStore(keeper.subscribe, () => keeper.state);
}
