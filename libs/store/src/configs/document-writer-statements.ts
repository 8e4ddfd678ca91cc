/** Older ones are not read, and all who wrote them count. */
const MAX_EXAMINED = 500;
const MAX_EXAMINED_BYTES = 8_388_608;

/**
 * Who wrote what the version `$4` of a document says at the paths `$7`, as far as the effective config of `$5` in `$6` says
 * something else there. Path by path: who changed it since it last said the same as there, or nothing. A version whose text
 * there had been before is that of its first authors, too. What is no object above such a path hides what lower layers say
 * below it.
 *
 * `offset 0` has each content read once, whatever the planner knows of the tables.
 */
export const WRITERS = `
  with paths as materialized (
    select p.position, array(select jsonb_array_elements_text(p.value)) as path
    from jsonb_array_elements($7::jsonb) with ordinality as p(value, position)
  ), target as materialized (
    select r.content::jsonb as content from config_heads h cross join lateral (
      select content from revisions
      where workspace_id = h.workspace_id and service = h.service and environment = h.environment
        and number = h.revision
      limit 1
    ) r
    where h.workspace_id = $1::text and h.service = $5::text and h.environment = $6::text
  ), wanted as materialized (
    select p.position, p.path, (select t.content #> p.path from target t) as value from paths p
  ), kept as materialized (
    select v.number, v.hash, v.author, v.author_identity, v.contributors,
      row_number() over newest_first as rank, sum(octet_length(v.content)) over newest_first as bytes
    from document_versions v
    where v.workspace_id = $1::text and v.service = $2::text and v.layer = $3::text and v.number <= $4::int
    window newest_first as (order by v.number desc)
  ), examined as materialized (
    select k.number, v.content from kept k cross join lateral (
      select content::jsonb as content from document_versions
      where workspace_id = $1::text and service = $2::text and layer = $3::text and number = k.number
      limit 1
    ) v
    where k.rank = 1 or (k.rank <= ${MAX_EXAMINED} and k.bytes <= ${MAX_EXAMINED_BYTES})
  ), said as materialized (
    select s.position, e.number, s.value is null as is_nothing, s.value is not distinct from s.wanted as is_same,
      s.value is distinct from lag(s.value) over (partition by s.position order by e.number) as is_changed
    from examined e cross join lateral (
      select w.position, w.value as wanted, coalesce(e.content #> w.path, (
        select e.content #> w.path[:n] from generate_series(1, cardinality(w.path) - 1) n
        where jsonb_typeof(e.content #> w.path[:n]) <> 'object' limit 1
      )) as value
      from wanted w offset 0
    ) s
  ), newest as materialized (
    select position, max(number) filter (where is_changed) as number from said group by position
  ), since as materialized (
    select n.position,
      coalesce(max(s.number) filter (where s.is_same or (s.is_nothing and s.number < n.number)), 0) as number
    from newest n join said s using (position) group by n.position
  ), written as (
    select s.number from said s join since using (position) where s.is_changed and s.number > since.number
    union
    select k.number from kept k
    where k.number < (select min(number) from examined) and exists (select from since where since.number = 0)
  )
  select distinct p.name, p.identity from kept k cross join lateral (
    select k.author, k.author_identity
    union all
    select c.name, c.identity from jsonb_to_recordset(k.contributors) as c(name text, identity text)
  ) p(name, identity)
  where k.hash in (select k.hash from kept k join written using (number))
  order by p.name, p.identity`;
