import type { DraftBody, DraftSummaryBody, EndedDraftBody, ValidationBody } from '@binnacle/contracts';
import type { DraftRecord, DraftSummary, EndedDraftSummary } from '@binnacle/store';
import { toFormat } from './document.view.js';

/** What `If-Match` takes. Never the same as that of a version. */
export function draftEtag({ etag }: Pick<DraftSummary, 'etag'>): string {
  return `"draft-${etag}"`;
}

export function toDraftSummaryView(record: DraftSummary): DraftSummaryBody {
  const { service, layer, format, bytes, message, baseVersion, publishedVersion, author } = record;
  return {
    service,
    layer,
    etag: draftEtag(record),
    format: toFormat(format),
    bytes,
    message,
    baseVersion,
    publishedVersion,
    author,
    contributors: record.contributors.map(({ name }) => name),
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  };
}

export function toDraftView(record: DraftRecord, validation: ValidationBody): DraftBody {
  return { ...toDraftSummaryView(record), source: record.source, validation };
}

export function toEndedDraftView(record: EndedDraftSummary): EndedDraftBody {
  const { id, outcome, version, format, bytes, message, baseVersion, author, endedBy } = record;
  return {
    id,
    outcome,
    version,
    format: toFormat(format),
    bytes,
    message,
    baseVersion,
    author,
    contributors: record.contributors.map(({ name }) => name),
    endedBy,
    endedAt: record.endedAt.toISOString(),
  };
}
