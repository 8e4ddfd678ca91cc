import { inVisiblePart } from '../visible-part.js';

/**
 * What is searched: published documents, or what agents run. Rows have service, place (a layer, an environment), number
 * and content; archived services are not among them.
 */
const SEARCHED = {
  documents: `
    select d.service, d.layer as place, d.current_version as number, v.content
    from documents d
    join services s on s.workspace_id = d.workspace_id and s.name = d.service and s.archived_at is null
    cross join lateral (
      select content from document_versions
      where workspace_id = d.workspace_id and service = d.service and layer = d.layer and number = d.current_version
      limit 1
    ) v
    where d.workspace_id = $1::text and ${inVisiblePart('$2', { service: 'd.service', environment: 'd.layer' })}
      and ($3::text is null or d.service = $3::text) and ($4::text is null or d.layer = $4::text)
      and (d.service, d.layer)`,
  effective: `
    select h.service, h.environment as place, h.released as number, v.content
    from config_heads h
    join services s on s.workspace_id = h.workspace_id and s.name = h.service and s.archived_at is null
    cross join lateral (
      select content from revisions
      where workspace_id = h.workspace_id and service = h.service and environment = h.environment
        and number = h.released
      limit 1
    ) v
    where h.workspace_id = $1::text and ${inVisiblePart('$2', { service: 'h.service', environment: 'h.environment' })}
      and ($3::text is null or h.service = $3::text) and ($4::text is null or h.environment = $4::text)
      and (h.service, h.environment)`,
} as const;

export type Searched = keyof typeof SEARCHED;

/** The next ones after `$5`, `$6`, and how large they are: by that it is decided how far one search looks. */
export const LIST_SEARCHED: Record<Searched, string> = {
  documents: listed(SEARCHED.documents),
  effective: listed(SEARCHED.effective),
};

/** From `$5`, `$6` up to `$7`, `$8`, those whose text may hold all of the patterns in `$9`. */
export const READ_SEARCHED: Record<Searched, string> = {
  documents: read(SEARCHED.documents),
  effective: read(SEARCHED.effective),
};

function listed(searched: string): string {
  return `select service, place, number, octet_length(content) as bytes from (
    ${searched} > ($5::text, $6::text)
  ) as found order by service, place limit $7::int`;
}

/** The order of evaluation is not promised, and need not be: a content is read for nothing else. */
function read(searched: string): string {
  return `select service, place, number, content from (
    ${searched} between ($5::text, $6::text) and ($7::text, $8::text)
  ) as found where content ilike all ($9::text[]) order by service, place`;
}
