import { pinsIn } from './document-pins.js';

/*
 * Rows are removed by their place: a join back by key was planned as one look-up of the whole table for each of them while
 * the planner knew nothing of the tables.
 */

/** Older than `$3` days, and not among the newest `$2`. */
const IS_OLD = (row: string): string =>
  `${row}.rank > $2::int and ${row}.created_at < now() - make_interval(days => $3::int)`;

/** Workspaces where something may have to go. */
export const FIND_WORKSPACES = `
  select id from workspaces w where exists (
    select from revisions where workspace_id = w.id and created_at < now() - make_interval(days => $1::int)
  ) or exists (
    select from document_versions where workspace_id = w.id and created_at < now() - make_interval(days => $1::int)
  ) or exists (
    select from ended_drafts where workspace_id = w.id and (
      ended_at < now() - make_interval(days => $1::int) or (select count(*) from ended_drafts where workspace_id = w.id) > $2::int)
  ) or exists (
    select from secret_versions where workspace_id = w.id and created_at < now() - make_interval(days => $1::int)
  )
  order by id`;

/**
 * Only below what is released, so that neither what agents have nor what waits for an approval goes. In a protected
 * environment only below what was approved last: who may approve the next one is told from the revisions since then.
 */
export const PRUNE_REVISIONS = `
  with ranked as (
    select ctid, service, environment, number, created_at,
      row_number() over (partition by service, environment order by number desc) as rank
    from revisions where workspace_id = $1::text
  ), doomed as (
    select r.ctid from ranked r
    join config_heads h on h.workspace_id = $1::text and h.service = r.service and h.environment = r.environment
    join environments e on e.workspace_id = $1::text and e.name = r.environment
    where ${IS_OLD('r')} and r.number < h.released and (not e.protected or r.number < coalesce((
      select max(a.revision) from approvals a
      where a.workspace_id = $1::text and a.service = r.service and a.environment = r.environment
        and a.state in ('approved', 'emergency') and a.revision <= h.released), 0))
    limit $4::int
  )
  delete from revisions where ctid = any(array(select ctid from doomed)) returning 1`;

/**
 * Never the current one, nor one that a revision, a tag or a draft names, nor one that is newer than what agents run, nor
 * any of a document that waits for an approval: who wrote those decides who may approve. In protected environments that holds for every revision that is kept, and of
 * what nobody runs or includes yet it holds for all.
 */
export const PRUNE_DOCUMENT_VERSIONS = `
  with pins as materialized (
    select p.document, p.version, e.protected or r.number = h.released as is_ground
    from revisions r
    join config_heads h on h.workspace_id = $1::text and h.service = r.service and h.environment = r.environment
    join environments e on e.workspace_id = $1::text and e.name = r.environment
    cross join lateral ${pinsIn('r.layers')} p
    where r.workspace_id = $1::text
  ), grounds as materialized (
    select document, min(version) as version from pins where is_ground group by document
  ), waiting as materialized (
    select p.document from approvals a
    join revisions r on r.workspace_id = $1::text and r.service = a.service and r.environment = a.environment
      and r.number = a.revision
    cross join lateral ${pinsIn('r.layers')} p
    where a.workspace_id = $1::text and a.state = 'pending'
  ), ranked as (
    select ctid, service, layer, number, created_at,
      row_number() over (partition by service, layer order by number desc) as rank
    from document_versions where workspace_id = $1::text
  ), doomed as (
    select v.ctid from ranked v
    join documents d on d.workspace_id = $1::text and d.service = v.service and d.layer = v.layer
    join grounds g on g.document = v.service || '/' || v.layer
    where ${IS_OLD('v')} and v.number < d.current_version and v.number < g.version
      and not exists (select from pins p where p.document = v.service || '/' || v.layer and p.version = v.number)
      and v.service || '/' || v.layer not in (select document from waiting)
      and not exists (
        select from document_tags t where t.workspace_id = $1::text and t.service = v.service
          and t.layer = v.layer and t.version = v.number)
      and not exists (
        select from drafts f where f.workspace_id = $1::text and f.service = v.service
          and f.layer = v.layer and f.base_version = v.number)
    limit $4::int
  )
  delete from document_versions where ctid = any(array(select ctid from doomed)) returning 1`;

/** Never the current one, nor one that a revision refers to. */
export const PRUNE_SECRET_VERSIONS = `
  with ranked as (
    select ctid, service, environment, name, number, created_at,
      row_number() over (partition by service, environment, name order by number desc) as rank
    from secret_versions where workspace_id = $1::text
  ), doomed as (
    select v.ctid from ranked v
    join secrets s on s.workspace_id = $1::text and s.service = v.service and s.environment = v.environment
      and s.name = v.name
    where ${IS_OLD('v')} and v.number < s.current_version and not exists (
      select from revisions r where r.workspace_id = $1::text and r.service = v.service
        and r.environment = v.environment and (r.secrets ->> v.name)::int = v.number)
    limit $4::int
  )
  delete from secret_versions where ctid = any(array(select ctid from doomed)) returning 1`;

/** Also young ones, beyond the newest `$3` of a document: everybody who may write one can end as many as he likes. */
export const PRUNE_ENDED_DRAFTS = `
  with ranked as (
    select ctid, ended_at, row_number() over (partition by service, layer order by id desc) as rank
    from ended_drafts where workspace_id = $1::text
  ), doomed as (
    select ctid from ranked where ended_at < now() - make_interval(days => $2::int) or rank > $3::int
    limit $4::int
  )
  delete from ended_drafts where ctid = any(array(select ctid from doomed)) returning 1`;
