import { AUTHORS } from './author-statements.js';

export const INSERT = `
  insert into approvals (id, workspace_id, service, environment, revision, state, message, author, author_identity,
    decided_by, decided_by_identity, decided_at, comment)
  select a.id, $1::text, a.service, a.environment, a.revision, a.state, a.message, $3::text, $4::text,
    case when a.state = 'emergency' then $3::text end, case when a.state = 'emergency' then $4::text end,
    case when a.state = 'emergency' then now() end, a.comment
  from jsonb_to_recordset($2::jsonb) as a(id text, service text, environment text, revision int, state text,
    message text, comment text)`;

export const SUPERSEDE = `
  update approvals a set state = 'superseded', decided_at = now()
  from jsonb_to_recordset($2::jsonb) as s(service text, environment text)
  where a.workspace_id = $1::text and a.service = s.service and a.environment = s.environment and a.state = 'pending'
  returning a.id, a.service, a.environment, a.revision`;

/** The lock that a publish takes too: whoever comes second sees what the first one did. */
export const LOCK = `
  select (s.archived_at is not null) as archived
  from approvals a join services s on s.workspace_id = a.workspace_id and s.name = a.service
  where a.workspace_id = $1::text and a.id = $2::text
  for no key update of s`;

const READ_COLUMNS = `
  a.id, a.service, a.environment, a.revision, a.state, a.message, a.author, a.created_at, a.decided_by, a.decided_at,
  a.comment`;

export const READ = `
  select ${READ_COLUMNS}, (${AUTHORS}) as authors
  from approvals a where a.workspace_id = $1::text and a.id = $2::text`;

export const DECIDE = `
  with decided as (
    update approvals set state = $3::text, decided_by = $4::text, decided_by_identity = $5::text, decided_at = now(),
      comment = $6::text
    where workspace_id = $1::text and id = $2::text and state = 'pending'
    returning service, environment, revision, decided_at
  ), released as (
    update config_heads h set released = d.revision from decided d
    where $7::boolean and h.workspace_id = $1::text and h.service = d.service and h.environment = d.environment
    returning 1
  )
  select decided_at, (select count(*)::int from released) as released from decided`;
