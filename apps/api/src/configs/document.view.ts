import type { DocumentBody, DocumentVersionBody } from '@binnacle/contracts';
import type { JsonObject } from '@binnacle/domain';
import type { DocumentVersionRecord, DocumentVersionWithContent } from '@binnacle/store';

export function toVersionView(record: DocumentVersionRecord): DocumentVersionBody {
  const { number: version, hash, bytes, message, author, createdAt } = record;
  const format = record.format === 'yaml' ? 'yaml' : 'json';
  return { version, hash, format, bytes, message, author, createdAt: createdAt.toISOString() };
}

export function toDocumentView(layer: string, record: DocumentVersionWithContent): DocumentBody {
  return {
    ...toVersionView(record),
    layer,
    content: JSON.parse(record.content) as JsonObject,
    source: record.source,
  };
}
