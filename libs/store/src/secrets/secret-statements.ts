const SECRET =
  'workspace_id = $1::text and service = $2::text and environment = $3::text and name = $4::text';

const RECORDS = `
  select s.name, s.current_version as version, s.created_at as "createdAt", v.created_at as "updatedAt",
    v.author as "updatedBy"
  from secrets s join secret_versions v on v.workspace_id = s.workspace_id and v.service = s.service
    and v.environment = s.environment and v.name = s.name and v.number = s.current_version
  where s.workspace_id = $1::text and s.service = $2::text and s.environment = $3::text and s.deleted_at is null`;

export const LIST = `${RECORDS} and s.name > $4::text order by s.name limit $5::int`;

export const FIND = `${RECORDS} and s.name = $4::text`;

export const LIST_VERSIONS = `
  select number as version, author, created_at as "createdAt" from secret_versions
  where ${SECRET} and number < $5::int order by number desc limit $6::int`;

/** Marked as deleted until its first version is there. */
export const ENSURE = `
  insert into secrets (workspace_id, service, environment, name, current_version, deleted_at)
  values ($1::text, $2::text, $3::text, $4::text, 0, now()) on conflict do nothing`;

export const LOCK = `
  select case when deleted_at is null then current_version else 0 end as version from secrets
  where ${SECRET} for update`;

export const COUNT = `
  select count(*)::int as count from secrets
  where workspace_id = $1::text and service = $2::text and environment = $3::text and deleted_at is null`;

/** `current_version` of a deleted secret is the last number that it gave. */
export const NEXT = `
  update secrets set current_version = current_version + 1,
    created_at = case when deleted_at is null then created_at else now() end, deleted_at = null
  where ${SECRET} returning current_version as version`;

export const INSERT_VERSION = `
  insert into secret_versions
    (workspace_id, service, environment, name, number, data_key_id, nonce, ciphertext, author, author_identity)
  values ($1::text, $2::text, $3::text, $4::text, $5::int, $6::text, $7::bytea, $8::bytea, $9::text, $10::text)`;

export const USES = `
  select r.number from config_heads h join revisions r on r.workspace_id = h.workspace_id and r.service = h.service
    and r.environment = h.environment and r.number in (h.revision, h.released)
  where h.workspace_id = $1::text and h.service = $2::text and h.environment = $3::text
    and jsonb_exists(r.secrets, $4::text)
  order by r.number`;

export const DELETE_VERSIONS = `delete from secret_versions where ${SECRET}`;

export const MARK_DELETED = `update secrets set deleted_at = now() where ${SECRET}`;

export const SEALED = `
  select v.name, v.number as version, v.data_key_id, v.nonce, v.ciphertext
  from jsonb_to_recordset($4::jsonb) as p(name text, version int)
  join secret_versions v on v.workspace_id = $1::text and v.service = $2::text and v.environment = $3::text
    and v.name = p.name and v.number = p.version
  order by v.name`;
