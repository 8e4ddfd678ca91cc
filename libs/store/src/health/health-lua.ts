/**
 * What the health scripts have in common. All times are Redis' own, in milliseconds: no other clock is asked.
 *
 * An instance's state is `seq, seenMs, fingerprint, bucket, revision, group`, parted by tabs. `bucket` is what it is
 * counted under, empty when it is not; `revision` is empty when it runs none; `group` names its sorted set.
 * The summary holds `n:<bucket>` and `r:<revision>` (how many), `version` (rises with every change of a count) and
 * the service's `status`, `since`, `statusVersion`; the sweep keeps `sweptAt` and `graceAt` there.
 */
export const HEALTH_LUA = `
local STATE, DETAIL, REJECTED, SUMMARY, LIVE, IDS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[9]
local GROUPS = { l = KEYS[5], q = KEYS[6], g = KEYS[7], s = KEYS[8] }

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local nowText = string.format('%.0f', now)

local delta = {}
local transitions = {}

local function readState(text)
  local seq, seen, print, bucket, revision, group =
    string.match(text, '^(%d+)\\t(%d+)\\t([^\\t]*)\\t([^\\t]*)\\t([^\\t]*)\\t(%a)$')
  return tonumber(seq), tonumber(seen), print, bucket, revision, group, seq, seen
end

local function writeState(seq, seen, print, bucket, revision, group)
  return table.concat({ seq, seen, print, bucket, revision, group }, '\\t')
end

local function add(field, by)
  delta[field] = (delta[field] or 0) + by
end

-- the revisions in use are those of instances that are there: not of lost ones
local function count(bucket, revision, by)
  if bucket == '' then return end
  add('n:' .. bucket, by)
  if revision ~= '' and bucket ~= 'lost' then add('r:' .. revision, by) end
end

local function transition(id, from, to)
  if from == to then return end
  local n = #transitions
  transitions[n + 1] = id
  transitions[n + 2] = from == '' and 'stopped' or from
  transitions[n + 3] = to == '' and 'stopped' or to
end

-- Applies the changed counts. Versions begin at the time in microseconds, so that those of an earlier life of
-- this Redis are lower.
local function applyCounts()
  local changed = false
  for field, by in pairs(delta) do
    if by ~= 0 then
      changed = true
      if redis.call('HINCRBY', SUMMARY, field, by) <= 0 then redis.call('HDEL', SUMMARY, field) end
    end
  end
  if changed then
    local version = tonumber(redis.call('HGET', SUMMARY, 'version'))
    version = version and version + 1 or tonumber(time[1]) * 1000000 + tonumber(time[2])
    redis.call('HSET', SUMMARY, 'version', string.format('%.0f', version))
  end
  return changed
end
`;
