import { isJsonObject, type Json } from '../configs/json.js';
import type { ContentError } from '../configs/content-limits.js';

export type SchemaDraft = '2020-12' | 'draft-07' | 'draft-04';

const DRAFT_BY_URI = new Map<string, SchemaDraft>([
  ['https://json-schema.org/draft/2020-12/schema', '2020-12'],
  ['http://json-schema.org/draft-07/schema', 'draft-07'],
  ['http://json-schema.org/draft-04/schema', 'draft-04'],
]);

/** The draft that a schema is written in, by its `$schema`; 2020-12 when it has none. */
export function schemaDraft(
  schema: Json,
): { ok: true; draft: SchemaDraft } | { ok: false; error: ContentError } {
  if (!isJsonObject(schema) || !Object.hasOwn(schema, '$schema')) return { ok: true, draft: '2020-12' };
  const uri = schema['$schema'];
  // Some write draft-07 with https, or leave the empty fragment away.
  const normal = typeof uri === 'string' ? uri.replace(/#$/, '') : '';
  const draft =
    DRAFT_BY_URI.get(normal) ??
    DRAFT_BY_URI.get(normal.replace(/^https:/, 'http:')) ??
    DRAFT_BY_URI.get(normal.replace(/^http:/, 'https:'));
  if (draft) return { ok: true, draft };
  const known = [...DRAFT_BY_URI.keys()].map((draftUri) => `"${draftUri}"`).join(', ');
  return { ok: false, error: { pointer: '/$schema', message: `must be one of ${known}` } };
}
