const SUMMARY = `
  d.service, d.layer, d.etag, d.base_version as "baseVersion", d.format, octet_length(d.source) as bytes, d.message,
  d.author, d.contributors, d.created_at as "createdAt", d.updated_at as "updatedAt",
  coalesce((
    select p.current_version from documents p
    where p.workspace_id = d.workspace_id and p.service = d.service and p.layer = d.layer
  ), 0) as "publishedVersion"`;

const OF_DOCUMENT = 'd.workspace_id = $1::text and d.service = $2::text and d.layer = $3::text';

export const FIND = `select ${SUMMARY}, d.source from drafts d where ${OF_DOCUMENT}`;

/** Who waited for the lock gets the row as it is then. */
export const LOCK = `${FIND} for update of d`;

export const LIST = `
  select ${SUMMARY} from drafts d
  where d.workspace_id = $1::text and (d.service, d.layer) > ($2::text, $3::text)
    and ($4::text is null or d.service = $4::text) and ($5::text is null or d.layer = $5::text)
    and exists (
      select from jsonb_to_recordset($6::jsonb) as s(services jsonb, environments jsonb)
      where (s.services = '[]' or s.services ? d.service)
        and (d.layer = 'base' or s.environments = '[]' or s.environments ? d.layer)
    )
  order by d.service, d.layer limit $7::int`;

export const PLACE = `
  select s.archived_at is not null as "isArchived",
    exists (
      select from environments e where e.workspace_id = s.workspace_id and e.name = $3::text
    ) as "hasEnvironment",
    coalesce((
      select p.current_version from documents p
      where p.workspace_id = s.workspace_id and p.service = s.name and p.layer = $3::text
    ), 0) as "publishedVersion"
  from services s where s.workspace_id = $1::text and s.name = $2::text`;

export const INSERT = `
  insert into drafts (workspace_id, service, layer, etag, base_version, format, source, message, author,
    author_identity, contributors)
  values ($1::text, $2::text, $3::text, $4::text, $5::int, $6::text, $7::text, $8::text, $9::text, $10::text, $11::jsonb)
  on conflict do nothing returning etag`;

export const UPDATE = `
  update drafts d set etag = $4::text, base_version = $5::int, format = $6::text, source = $7::text,
    message = $8::text, author = $9::text, author_identity = $10::text, contributors = $11::jsonb, updated_at = now()
  where ${OF_DOCUMENT}`;

export const END = `
  insert into ended_drafts (workspace_id, id, service, layer, base_version, format, source, message, author,
    contributors, outcome, version, ended_by)
  select d.workspace_id, $4::text, d.service, d.layer, d.base_version, d.format, d.source, d.message, d.author,
    d.contributors, $5::text, $6::int, $7::text
  from drafts d where ${OF_DOCUMENT}`;

/** Of those that were discarded the newest `$4` of a document are kept. */
export const FORGET_DISCARDED = `
  delete from ended_drafts d where ${OF_DOCUMENT} and d.outcome = 'discarded' and d.id <= (
    select o.id from ended_drafts o
    where o.workspace_id = $1::text and o.service = $2::text and o.layer = $3::text and o.outcome = 'discarded'
    order by o.id desc offset $4::int limit 1)`;

/** Everybody who saved a draft of just that text which was discarded. */
export const DISCARDED_WRITERS = `
  select distinct c.name, c.identity
  from ended_drafts d cross join lateral jsonb_to_recordset(d.contributors) as c(name text, identity text)
  where ${OF_DOCUMENT} and d.outcome = 'discarded' and d.source = $4::text
  order by c.name, c.identity`;

export const DELETE = `delete from drafts d where ${OF_DOCUMENT}`;

const ENDED = `
  d.id, d.base_version as "baseVersion", d.format, octet_length(d.source) as bytes, d.message, d.author, d.contributors,
  d.outcome, d.version, d.ended_by as "endedBy", d.ended_at as "endedAt"`;

export const LIST_ENDED = `
  select ${ENDED} from ended_drafts d
  where ${OF_DOCUMENT} and ($4::text is null or d.id < $4::text)
  order by d.id desc limit $5::int`;

export const FIND_ENDED = `select ${ENDED}, d.source from ended_drafts d where ${OF_DOCUMENT} and d.id = $4::text`;
