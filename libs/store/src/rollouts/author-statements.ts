import { pinsIn } from '../configs/document-pins.js';

const ofPair = (row: string): string =>
  `${row}.workspace_id = a.workspace_id and ${row}.service = a.service and ${row}.environment = a.environment`;

/** A version of the document that a row of pins names. */
const ofDocument = (version: string, pin: string): string => `${version}.workspace_id = a.workspace_id
  and ${version}.service = split_part(${pin}.document, '/', 1)
  and ${version}.layer = split_part(${pin}.document, '/', 2)`;

const APPROVED = `exists (
  select from approvals o where ${ofPair('o')} and o.revision = r.number and o.state in ('approved', 'emergency'))`;

/** Of what never needed an approval there is none. */
const RELEASED = `${ofPair('r')} and r.number < a.revision and not exists (
  select from approvals o where ${ofPair('o')} and o.revision = r.number
    and o.state not in ('approved', 'emergency'))`;

/** Looked at, or live as nothing was protected: not because its content was what agents ran already. */
const SEEN = `(${APPROVED} or (${RELEASED} and not exists (
  select from approvals o where ${ofPair('o')} and o.revision = r.number
) and (r.hash, r.secrets) is distinct from (
  select (b.hash, b.secrets) from revisions b
  where ${ofPair('b')} and b.number < r.number and not exists (
    select from approvals o where ${ofPair('o')} and o.revision = b.number and o.state not in ('approved', 'emergency'))
  order by b.number desc limit 1)))`;

const hashOf = (pin: string): string =>
  `(select h.hash from document_versions h where ${ofDocument('h', pin)} and h.number = ${pin}.version limit 1)`;

/** What the documents in a revision's `layers` say. */
const textsIn = (layers: string): string =>
  `(select jsonb_object_agg(p.document, ${hashOf('p')}) from ${pinsIn(layers)} p)`;

/**
 * Everybody who wrote something that goes live with the approval `a` and that nobody else has looked at.
 *
 * What was looked at is `ground`: the newest revision before that was approved, or was released as nothing was protected.
 * One that was released because its content is what agents ran already does not count (`other` is the newest with
 * another content): under it may lie what nobody has seen. Authors are who wrote a version of a document or a secret
 * between the two, or saved the draft that it was published from, whether or not a revision came of it, and who made a
 * revision, which can also be by an include. A document that went back to the text of `ground` begins there again
 * (`undone`), but for a text from before that which came back later. A text from before `ground` that came back, by a
 * restore or in any other way, has who wrote it then as well (`returned`), unless a revision with it was looked at.
 *
 * The limits and `offset 0` keep every look-up one on an index, whatever the planner knows of the tables.
 */
export const AUTHORS = `
  with live as materialized (
    select r.hash, r.secrets from revisions r where ${RELEASED} order by r.number desc limit 1
  ), other as materialized (
    select coalesce((
      select r.number from revisions r
      where ${RELEASED} and (r.hash <> (select hash from live) or r.secrets <> (select secrets from live))
      order by r.number desc limit 1), 0) as number
  ), ground as materialized (
    select g.number, g.layers, g.secrets from (select coalesce(
      (select r.number from revisions r where ${ofPair('r')} and r.number < a.revision
         and r.number > (select number from other) and ${APPROVED} order by r.number desc limit 1),
      (select r.number from revisions r
       where ${RELEASED} and r.number > (select number from other) order by r.number limit 1)) as number) n
    cross join lateral (
      select r.number, r.layers, r.secrets from revisions r where ${ofPair('r')} and r.number = n.number limit 1
    ) g
  ), texts as materialized (
    select g.number, ${textsIn('g.layers')} as texts from ground g
  ), asked as materialized (
    select r.layers, r.secrets from revisions r where ${ofPair('r')} and r.number = a.revision
  ), documents as materialized (
    select t.document, t.version, coalesce(f.version, 0) as ground, coalesce((
      select max(v.number) from document_versions v where ${ofDocument('v', 'f')}
        and v.number between f.version and t.version and v.hash = ${hashOf('f')}
    ), 0) as undone
    from asked cross join lateral ${pinsIn('asked.layers')} t
    left join (select p.* from ground cross join lateral ${pinsIn('ground.layers')} p) f on f.document = t.document
  ), secrets as materialized (
    select t.key as name, t.value::int as version,
      coalesce((select (g.secrets ->> t.key)::int from ground g), 0) as ground
    from asked cross join lateral jsonb_each_text(asked.secrets) t
  ), written as materialized (
    select d.document, d.ground, v.hash, v.author, v.author_identity, v.contributors
    from documents d cross join lateral (
      select w.hash, w.author, w.author_identity, w.contributors, max(w.number) over (partition by w.hash) as newest
      from document_versions w
      where ${ofDocument('w', 'd')} and w.number > d.ground and w.number <= d.version offset 0
    ) v where v.newest > d.undone
  ), returned as materialized (
    select t.document, v.number, v.hash, v.author, v.author_identity, v.contributors
    from (
      select document, ground, array_agg(distinct hash) as hashes from written where ground > 1 group by document, ground
    ) t cross join lateral (
      select w.number, w.hash, w.author, w.author_identity, w.contributors from document_versions w
      where ${ofDocument('w', 't')} and w.number < t.ground and w.hash = any(t.hashes) offset 0
    ) v
  ), held as materialized (
    select r.workspace_id, r.service, r.environment, r.number, r.hash, r.secrets, t.document, t.hash as text
    from revisions r cross join lateral ${pinsIn('r.layers')} p
    join returned t on t.document = p.document and t.number = p.version
    where ${ofPair('r')} and r.number < a.revision and (select count(*) from returned) > 0
  ), seen as materialized (
    select distinct r.document, r.text from held r where ${SEEN}
  ), writers(name, identity) as (
    select p.name, p.identity from (
      select author, author_identity, contributors from written
      union all
      select t.author, t.author_identity, t.contributors from returned t
      where (t.document, t.hash) not in (select document, text from seen)
    ) v cross join lateral (
      select v.author, v.author_identity
      union all
      select c.name, c.identity from jsonb_to_recordset(v.contributors) as c(name text, identity text)
    ) p(name, identity)
    union
    select v.author, v.author_identity from secrets s cross join lateral (
      select w.author, w.author_identity from secret_versions w
      where ${ofPair('w')} and w.name = s.name and w.number > s.ground and w.number <= s.version offset 0
    ) v
    union
    select w.author, w.author_identity from approvals w
    where ${ofPair('w')} and w.revision <= a.revision and w.revision > coalesce((
      select r.number from revisions r
      where ${RELEASED} and r.number >= (select number from texts)
        and ${textsIn('r.layers')} = (select texts from texts)
      order by r.number desc limit 1), 0)
  )
  select coalesce(jsonb_agg(jsonb_build_object('name', name, 'identity', identity) order by name, identity), '[]')
  from writers`;
