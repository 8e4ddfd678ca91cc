import {
  type DocumentBody,
  type DraftBody,
  type DraftSummaryBody,
  type EndedDraftBody,
  Problem,
} from '@binnacle/contracts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

const PAGE_SIZE = 50;
/** Of a workspace; one page holds them all. */
const MAX_ENVIRONMENTS = 50;

/** Documents may be large: more than the ten seconds that other calls have. */
export const DOCUMENT_TIMEOUT_MS = 30_000;

/** What an editor opens with. Undefined for what there is not. */
export interface OpenedDocument {
  readonly live: DocumentBody | undefined;
  readonly draft: DraftBody | undefined;
}

/** Read once, when the editor opens or begins anew: what is typed must not change under somebody's hands. */
export function openedDocumentQuery(service: string, layer: string) {
  return queryOptions({
    queryKey: ['configs', 'opened', service, layer],
    queryFn: async ({ signal }): Promise<OpenedDocument> => {
      const options = { signal, timeoutMs: DOCUMENT_TIMEOUT_MS };
      const [live, draft] = await Promise.all([
        orUndefined(apiClient.documents.read(service, layer, options)),
        orUndefined(apiClient.drafts.read(service, layer, options)),
      ]);
      return { live, draft };
    },
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** What stands on the server by now: cheap, and read again on every change. */
export interface DocumentNow {
  /** 0 while nothing is published. */
  readonly version: number;
  readonly author: string | undefined;
  readonly draft: DraftSummaryBody | undefined;
}

export function documentNowQuery(service: string, layer: string) {
  return queryOptions({
    queryKey: ['configs', 'now', service, layer],
    queryFn: async ({ signal }): Promise<DocumentNow> => {
      const [versions, drafts] = await Promise.all([
        orUndefined(apiClient.documents.versions(service, layer, { limit: 1 }, { signal })),
        apiClient.drafts.list({ service, layer, limit: 1 }, { signal }),
      ]);
      const newest = versions?.items[0];
      return { version: newest?.version ?? 0, author: newest?.author, draft: drafts.items[0] };
    },
    meta: { topics: [documentTopic(service, layer)] },
  });
}

/** How the draft that ended last did. */
export async function newestEnded(
  service: string,
  layer: string,
  signal?: AbortSignal,
): Promise<EndedDraftBody | undefined> {
  const options = signal === undefined ? {} : { signal };
  return (await orUndefined(apiClient.drafts.ended(service, layer, { limit: 1 }, options)))?.items[0];
}

/** @param draftEtag of the draft that is gone */
export function endedDraftQuery(service: string, layer: string, draftEtag: string | undefined) {
  return queryOptions({
    queryKey: ['configs', 'ended', service, layer, draftEtag],
    queryFn: async ({ signal }) => (await newestEnded(service, layer, signal)) ?? null,
    staleTime: Infinity,
  });
}

export function schemaQuery(service: string) {
  return queryOptions({
    queryKey: ['configs', 'schema', service],
    queryFn: async ({ signal }) =>
      (await orUndefined(apiClient.schemas.read(service, { signal })))?.schema ?? null,
    meta: { topics: [`service:${service}`] },
  });
}

export function environmentsQuery() {
  return queryOptions({
    queryKey: ['environments', 'all'],
    queryFn: async ({ signal }) => {
      const { items } = await apiClient.environments.list({ limit: MAX_ENVIRONMENTS }, { signal });
      return [...items].sort((one, other) => one.position - other.position);
    },
    meta: { topics: ['services'] },
  });
}

export function versionsQuery(service: string, layer: string) {
  return infiniteQueryOptions({
    queryKey: ['configs', 'versions', service, layer],
    queryFn: ({ pageParam, signal }) =>
      apiClient.documents.versions(
        service,
        layer,
        { limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    meta: { topics: [documentTopic(service, layer)] },
  });
}

/** A version never changes; 0 is the empty document before the first one. */
export function versionQuery(service: string, layer: string, version: number) {
  return queryOptions({
    queryKey: ['configs', 'version', service, layer, version],
    queryFn: async ({ signal }): Promise<Pick<DocumentBody, 'version' | 'source' | 'format'>> =>
      version === 0
        ? { version: 0, source: '', format: 'yaml' }
        : apiClient.documents.readVersion(service, layer, version, {
            signal,
            timeoutMs: DOCUMENT_TIMEOUT_MS,
          }),
    staleTime: Infinity,
  });
}

export function diffQuery(service: string, layer: string, from: number, to: number) {
  return queryOptions({
    queryKey: ['configs', 'diff', service, layer, from, to],
    queryFn: ({ signal }) =>
      apiClient.documents.diff(service, layer, { from, to }, { signal, timeoutMs: DOCUMENT_TIMEOUT_MS }),
    staleTime: Infinity,
  });
}

/** The effective config that is released, with the origin of every leaf; null while nothing was. */
export function explainQuery(service: string, environment: string) {
  return queryOptions({
    queryKey: ['configs', 'explain', service, environment],
    queryFn: async ({ signal }) =>
      (await orUndefined(
        apiClient.configs.explain(service, environment, { signal, timeoutMs: DOCUMENT_TIMEOUT_MS }),
      )) ?? null,
    meta: { topics: [`service:${service}`] },
  });
}

export function documentTopic(service: string, layer: string): string {
  return `document:${service}/${layer}`;
}

/** What is not there is an answer too. */
export async function orUndefined<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (Problem.isInstance(error) && error.status === 404) return undefined;
    throw error;
  }
}
