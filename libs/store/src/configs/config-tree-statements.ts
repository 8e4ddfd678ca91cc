import type { SecretPins } from '@binnacle/domain';
import type { KeptDocumentPins } from './document-pins.js';

/** A row of LOAD: what it says depends on its kind. */
export interface LoadRow {
  readonly kind: 'service' | 'include' | 'document' | 'head' | 'schema' | 'environment' | 'secret';
  readonly service: string;
  readonly key: string;
  readonly number: number;
  readonly content: string | null;
  readonly hash: string | null;
  /** Of a document's or a schema's text, in bytes; the content is null when all of the kind are more than was asked for. */
  readonly size: number | null;
}

/** @param also names beside those that depend on the services */
const familyWith = (also: string): string => `
  dependents(name) as (
    select unnest($2::text[])
    union select i.service from service_includes i join dependents d on i.included = d.name
    where i.workspace_id = $1::text
  ), family(name) as (
    (select name from dependents ${also})
    union select i.included from service_includes i join family f on i.service = f.name
    where i.workspace_id = $1::text
  )`;
const FAMILY = familyWith('');

/** In the order of names, so that two transactions never wait for each other. */
const lock = (members: string): string => `
  with recursive ${members}
  select s.name from services s
  where s.workspace_id = $1::text and s.name in (select name from family)
  order by s.name for no key update of s`;
export const LOCK = lock(FAMILY);
/** With those that are to be included, and what they include. */
export const LOCK_TO_INCLUDE = lock(familyWith('union select unnest($3::text[])'));

/** Who includes whom changes one at a time in a workspace; a publish does not wait for it. */
export const LOCK_INCLUDES = `select pg_advisory_xact_lock(hashtextextended('includes ' || $1::text, 0))::text`;

export const LOCK_ALL =
  'select name from services where workspace_id = $1::text order by name for no key update';

/** For a service that is alone: most are, and a plan without recursion costs a third. No row when it is not. */
export const LOCK_ALONE = `
  select s.name from services s
  where s.workspace_id = $1::text and s.name = $2::text and not exists (
    select from service_includes i where i.workspace_id = $1::text and (i.service = $2::text or i.included = $2::text)
  ) for no key update of s`;

/** What a row of kind `head` says beside its number and hash, as JSON. */
export interface HeadDetail {
  readonly secrets: SecretPins;
  /** Null while the head itself is released. */
  readonly release: {
    readonly waits: boolean;
    readonly layers: KeptDocumentPins;
    readonly live: { readonly hash: string; readonly secrets: SecretPins } | null;
  } | null;
}

/** What agents run is looked up only where that is not the head: mostly it is. */
const HEAD_DETAIL = `
  json_build_object('secrets', r.secrets, 'release', case when h.released < h.revision then (
    select json_build_object(
      'layers', r.layers,
      'waits', exists (
        select from approvals where workspace_id = h.workspace_id and service = h.service
          and environment = h.environment and state = 'pending'),
      'live', (
        select json_build_object('hash', hash, 'secrets', secrets) from revisions
        where workspace_id = h.workspace_id and service = h.service and environment = h.environment
          and number = h.released))
  ) end)::text`;

/** How long a text is stands beside it: those that are too many are not even read. */
const WITHIN_LIMIT = 'case when sum(octet_length(v.content)) over () <= $3::text::bigint then v.content end';

/**
 * One round trip for all that matters; `kind` says what a row is. The limits keep the look-ups of versions one row
 * each: as plain joins they were planned as scans of all versions, and took longer with each one that was published.
 * `$3` is how many bytes of documents, and of schemas, are wanted at most: of more there are only the sizes.
 *
 * @param dependents,family conditions on the name of a service; `includes` one on an include
 */
const load = (dependents: string, family: string, includes: string): string => `
  select 'service' as kind, s.name as service, s.kind as key, (s.archived_at is not null)::int as number,
    null as content, case when s.name ${dependents} then 'affected' end as hash, null::int as size
  from services s where s.workspace_id = $1::text and s.name ${family}
  union all
  select 'include', i.service, i.included, i.position, null, null, null
  from service_includes i where i.workspace_id = $1::text and (${includes})
  union all
  select 'document', d.service, d.layer, d.current_version, ${WITHIN_LIMIT}, v.hash, octet_length(v.content)
  from documents d cross join lateral (
    select content, hash from document_versions
    where workspace_id = d.workspace_id and service = d.service and layer = d.layer and number = d.current_version
    limit 1
  ) v
  where d.workspace_id = $1::text and d.service ${family}
  union all
  select 'head', h.service, h.environment, h.revision, ${HEAD_DETAIL}, h.hash, null
  from config_heads h cross join lateral (
    select secrets, layers from revisions
    where workspace_id = h.workspace_id and service = h.service and environment = h.environment
      and number = h.revision
    limit 1
  ) r
  where h.workspace_id = $1::text and h.service ${dependents}
  union all
  select 'secret', s.service, s.environment, s.current_version, s.name, null, null
  from secrets s where s.workspace_id = $1::text and s.service ${dependents} and s.deleted_at is null
  union all
  select 'schema', s.name, '', v.number, ${WITHIN_LIMIT}, v.hash, octet_length(v.content)
  from services s cross join lateral (
    select number, content, hash from schema_versions
    where workspace_id = s.workspace_id and service = s.name
    order by number desc limit 1
  ) v
  where s.workspace_id = $1::text and s.name ${dependents}
  union all
  select 'environment', '', e.name, e.position, case when e.protected then 'protected' end, null, null
  from environments e where e.workspace_id = $1::text
  order by kind, service, number`;

const IN_FAMILY = 'in (select name from family)';
export const LOAD = `with recursive ${FAMILY} ${load('in (select name from dependents)', IN_FAMILY, `i.service ${IN_FAMILY}`)}`;
/** With every include that the service takes part in, so that one who is not alone any more is seen. */
export const LOAD_ALONE = load('= $2::text', '= $2::text', 'i.service = $2::text or i.included = $2::text');

/** `$7` holds every content of the revisions once: many services may have the same. */
export const SAVE = `
  with new_documents as (
    insert into documents (workspace_id, service, layer, current_version)
    select $1::text, d.service, d.layer, d.number
    from jsonb_to_recordset($3::jsonb) as d(service text, layer text, number int)
    on conflict (workspace_id, service, layer) do update set current_version = excluded.current_version
  ), new_versions as (
    insert into document_versions
      (workspace_id, service, layer, number, format, source, content, hash, message, author, author_identity,
        contributors, keys_added, keys_changed, keys_removed, change_set)
    select $1::text, d.service, d.layer, d.number, d.format, d.source, d.canonical, d.hash, d.message, $2::text, $6::text,
      coalesce(d.contributors, '[]'), (d.change ->> 'added')::int, (d.change ->> 'changed')::int,
      (d.change ->> 'removed')::int, d."changeSet"
    from jsonb_to_recordset($3::jsonb) as d(service text, layer text, number int, format text, source text,
      canonical text, hash text, message text, contributors jsonb, change jsonb, "changeSet" text)
  ), new_heads as (
    insert into config_heads (workspace_id, service, environment, revision, hash, released)
    select $1::text, r.service, r.environment, r.revision, r.hash, case when r.released then r.revision else 0 end
    from jsonb_to_recordset($4::jsonb) as r(service text, environment text, revision int, hash text, released bool)
    on conflict (workspace_id, service, environment) do update
      set revision = excluded.revision, hash = excluded.hash,
        released = greatest(config_heads.released, excluded.released)
  )
  insert into revisions
    (workspace_id, service, environment, number, content, hash, layers, secrets, message, author)
  select $1::text, r.service, r.environment, r.revision, $7::jsonb ->> r.content, r.hash, r.layers, r.secrets, $5::text,
    $2::text
  from jsonb_to_recordset($4::jsonb) as r(service text, environment text, revision int, content int, hash text,
    layers jsonb, secrets jsonb)`;
