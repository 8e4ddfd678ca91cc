export const WORKSPACES = `select id from workspaces where id > $1::text order by id limit $2::int`;

export const WRAPPED_BY = `
  select wrapping_key_id as id, count(*)::int as count from data_keys group by wrapping_key_id order by wrapping_key_id`;

export const WRAPPED_OTHERWISE = `
  select id, wrapping_key_id, nonce, wrapped from data_keys
  where workspace_id = $1::text and wrapping_key_id <> $2::text and id > $3::text
  order by id limit $4::int for update`;

export const REWRAP = `
  update data_keys set wrapping_key_id = $3::text, nonce = $4::bytea, wrapped = $5::bytea
  where workspace_id = $1::text and id = $2::text`;

export const OLD_KEYS = `
  select id from data_keys where workspace_id = $1::text and retired_at is null and created_at < $2::timestamptz`;

export const RETIRE_OTHERS = `
  update data_keys set retired_at = now() where workspace_id = $1::text and id <> $2::text and retired_at is null`;

const VERSION = 'v.service, v.environment, v.name, v.number';
const VERSIONS = `
  select v.service, v.environment, v.name, v.number as version, v.data_key_id, v.nonce, v.ciphertext
  from secret_versions v`;
const AFTER = `v.workspace_id = $1::text and (${VERSION}) > ($2::text, $3::text, $4::text, $5::int)`;

export const ALL_VERSIONS = `${VERSIONS} where ${AFTER} order by ${VERSION} limit $6::int`;

export const UNDER_RETIRED = `
  ${VERSIONS} join data_keys k on k.workspace_id = v.workspace_id and k.id = v.data_key_id
  where ${AFTER} and k.retired_at is not null order by ${VERSION} limit $6::int for update of v`;

export const RESEAL = `
  update secret_versions set data_key_id = $6::text, nonce = $7::bytea, ciphertext = $8::bytea
  where workspace_id = $1::text and service = $2::text and environment = $3::text and name = $4::text
    and number = $5::int`;

export const DROP_RETIRED = `
  delete from data_keys k where k.workspace_id = $1::text and k.retired_at is not null and not exists (
    select from secret_versions v where v.workspace_id = k.workspace_id and v.data_key_id = k.id
  )`;
