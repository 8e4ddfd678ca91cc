import type { DocumentBody, DocumentVersionBody } from '@binnacle/contracts';
import type { JsonObject } from '@binnacle/domain';
import type { DocumentVersionRecord, DocumentVersionWithContent } from '@binnacle/store';

export function toVersionView(record: DocumentVersionRecord): DocumentVersionBody {
  const { number: version, hash, format, bytes, message, author, change } = record;
  return {
    version,
    hash,
    format: toFormat(format),
    bytes,
    message,
    author,
    contributors: record.contributors.map(({ name }) => name),
    change,
    tags: [...record.tags],
    createdAt: record.createdAt.toISOString(),
  };
}

export function toDocumentView(layer: string, record: DocumentVersionWithContent): DocumentBody {
  return {
    ...toVersionView(record),
    layer,
    content: JSON.parse(record.content) as JsonObject,
    source: record.source,
  };
}

/** What is kept as text is one of these. */
export function toFormat(kept: string): 'json' | 'yaml' {
  return kept === 'yaml' ? 'yaml' : 'json';
}
