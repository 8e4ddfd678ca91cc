export const NEWEST = `
  select i.epoch, r.number as revision, r.hash, r.content, r.secrets
  from installation i, config_heads h
  join revisions r on r.workspace_id = h.workspace_id and r.service = h.service
    and r.environment = h.environment and r.number = h.released
  where h.workspace_id = $1 and h.service = $2 and h.environment = $3`;

/** `layers` is a list of pairs, or an object in rows of before. */
export const PINNED = `
  with released as (
    select i.epoch, r.number, r.hash, r.layers
    from installation i, config_heads h
    join revisions r on r.workspace_id = h.workspace_id and r.service = h.service
      and r.environment = h.environment and r.number = h.released
    where h.workspace_id = $1 and h.service = $2 and h.environment = $3
  ), pins as (
    select p.value ->> 0 as document, (p.value ->> 1)::int as version, p.position
    from released, jsonb_array_elements(case when jsonb_typeof(layers) = 'array' then layers else '[]' end)
      with ordinality as p(value, position)
    union all
    select o.key, o.value::int, o.position
    from released, jsonb_each_text(case when jsonb_typeof(layers) = 'object' then layers else '{}' end)
      with ordinality as o(key, value, position)
  )
  select r.epoch, r.number as revision, r.hash, jsonb_typeof(r.layers) = 'array' as ordered,
    v.service, v.layer, v.number as version, v.content
  from released r, pins p
  join document_versions v on v.workspace_id = $1 and v.service = split_part(p.document, '/', 1)
    and v.layer = split_part(p.document, '/', 2) and v.number = p.version
  order by p.position`;

export const HAS_WAITING = `
  select 1 from approvals
  where workspace_id = $1 and service = $2 and environment = $3 and state = 'pending'`;

/** Whatever needed no approval has no row there. */
export const RELEASED_BEFORE = `
  select max(r.number) as number
  from revisions r left join approvals a on a.workspace_id = r.workspace_id and a.service = r.service
    and a.environment = r.environment and a.revision = r.number
  where r.workspace_id = $1 and r.service = $2 and r.environment = $3 and r.number < $4
    and (a.state is null or a.state in ('approved', 'emergency'))`;

/** What agents run, and beside it what waits for an approval. */
export const CURRENT_OF = `
  select h.environment, r.content, r.number > h.released as "isWaiting"
  from config_heads h
  join environments e on e.workspace_id = h.workspace_id and e.name = h.environment
  join revisions r on r.workspace_id = h.workspace_id and r.service = h.service
    and r.environment = h.environment and (r.number = h.released or (r.number = h.revision and exists (
      select from approvals a where a.workspace_id = h.workspace_id and a.service = h.service
        and a.environment = h.environment and a.revision = h.revision and a.state = 'pending')))
  where h.workspace_id = $1::text and h.service = $2::text
  order by e.position, e.name, r.number`;
