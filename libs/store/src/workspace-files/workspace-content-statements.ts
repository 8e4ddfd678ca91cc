import { inVisiblePart } from '../visible-part.js';

/**
 * What there is in a workspace, in one statement, so that it is all of one moment: names and versions, not the contents
 * of documents. `$2` are the parts in which services may be read, `$3` those in which configs may. Nothing but the sums
 * comes back when they are over `$4` bytes or `$5` rows.
 */
export const LIST_CONTENT = `
  with content as materialized (
    select 'environment' as kind, '' as service, e.name as key, e.position as number,
      case when e.protected then 'protected' end as detail, 0 as bytes
    from environments e
    where e.workspace_id = $1::text and ${inVisiblePart('$2', { environment: 'e.name' })}
    union all
    select 'service', s.name, s.kind, 0, json_build_object(
      'kind', s.kind, 'displayName', s.display_name, 'description', s.description, 'owner', s.owner,
      'labels', s.labels, 'includes', (
        select coalesce(json_agg(i.included order by i.position), '[]') from service_includes i
        where i.workspace_id = s.workspace_id and i.service = s.name))::text, 0
    from services s
    where s.workspace_id = $1::text and s.archived_at is null and ${inVisiblePart('$2', { service: 's.name' })}
    union all
    select 'schema', s.name, '', v.number, null, octet_length(v.content)
    from services s cross join lateral (
      select number, content from schema_versions
      where workspace_id = s.workspace_id and service = s.name
      order by number desc limit 1
    ) v
    where s.workspace_id = $1::text and s.archived_at is null and ${inVisiblePart('$3', { service: 's.name' })}
    union all
    select 'document', d.service, d.layer, d.current_version, v.format, octet_length(v.source)
    from services s join documents d on d.workspace_id = s.workspace_id and d.service = s.name
    cross join lateral (
      select format, source from document_versions
      where workspace_id = d.workspace_id and service = d.service and layer = d.layer and number = d.current_version
      limit 1
    ) v
    where s.workspace_id = $1::text and s.archived_at is null and ${inVisiblePart('$3', { service: 'd.service', environment: 'd.layer' })}
  ), size as (
    select coalesce(sum(octet_length(detail)), 0) as bytes, count(*) as rows from content
  )
  select c.*, size.bytes <= $4::bigint and size.rows <= $5::bigint as "isWithin"
  from size left join content c on size.bytes <= $4::bigint and size.rows <= $5::bigint
  order by c.kind, c.service, c.number, c.key`;

export const SOURCES = `
  select v.source as text
  from unnest($2::text[], $3::text[], $4::int[]) with ordinality as wanted(service, layer, number, position)
  left join document_versions v on v.workspace_id = $1::text and v.service = wanted.service
    and v.layer = wanted.layer and v.number = wanted.number
  order by wanted.position`;

export const SCHEMAS = `
  select v.content as text
  from unnest($2::text[], $3::int[]) with ordinality as wanted(service, number, position)
  left join schema_versions v on v.workspace_id = $1::text and v.service = wanted.service
    and v.number = wanted.number
  order by wanted.position`;

/** What these documents are now, without their texts. */
export const FINGERPRINTS = `
  select d.service, d.layer, d.current_version as version, v.format,
    encode(sha256(convert_to(v.source, 'UTF8')), 'hex') as fingerprint
  from unnest($2::text[], $3::text[]) as wanted(service, layer)
  join documents d on d.workspace_id = $1::text and d.service = wanted.service and d.layer = wanted.layer
  cross join lateral (
    select format, source from document_versions
    where workspace_id = d.workspace_id and service = d.service and layer = d.layer and number = d.current_version
    limit 1
  ) v`;

export const SCHEMA_HASHES = `
  select s.name as service, v.hash
  from unnest($2::text[]) as s(name) cross join lateral (
    select hash from schema_versions where workspace_id = $1::text and service = s.name
    order by number desc limit 1
  ) v`;

/** The newest effective configs of a service, released or not. */
export const HEADS = `
  select h.environment, r.content
  from config_heads h cross join lateral (
    select content from revisions
    where workspace_id = h.workspace_id and service = h.service and environment = h.environment
      and number = h.revision
    limit 1
  ) r
  where h.workspace_id = $1::text and h.service = $2::text order by h.environment`;

export const ARCHIVED = `
  select name from services
  where workspace_id = $1::text and name = any ($2::text[]) and archived_at is not null`;
