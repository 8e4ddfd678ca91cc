import { LuaScript } from '../lua-script.js';
import { HEALTH_LUA } from './health-lua.js';

/** Arguments of one report in the script. */
export const REPORT_ARGUMENTS = 7;

/**
 * Folds a batch of reports of one pair. ARGV: the reorder window in ms, how often an unchanged report still
 * refreshes the detail, and for each report its id, seq, fingerprint, bucket ('' when stopped), revision ('' for
 * none), detail, and rejected ('' unchanged, '-' none, else JSON). An instance is in a batch at most once.
 *
 * A lower seq is late, and ignored, while the newer report is younger than the reorder window; after that it is a new
 * process under the same id. The same seq again may say something new. An unchanged report costs its share of one HMGET, one HSET and one ZADD.
 *
 * Returns the time in ms, how many were ignored, 1 if the pair had no instances, transitions (id, from, to …), 1 if
 * counts changed, and the summary if they did.
 */
export const reportScript = new LuaScript(`${HEALTH_LUA}
local window, refreshEvery = tonumber(ARGV[1]), tonumber(ARGV[2])
local reports = (#ARGV - 2) / ${REPORT_ARGUMENTS}
local ids = {}
for i = 1, reports do ids[i] = ARGV[3 + (i - 1) * ${REPORT_ARGUMENTS}] end
local stored = redis.call('HMGET', STATE, unpack(ids))
local fresh = redis.call('EXISTS', STATE) == 0

local states, live, details, rejected, ignored = {}, {}, {}, {}, 0
for i = 1, reports do
  local at = 3 + (i - 1) * ${REPORT_ARGUMENTS}
  local id, seqText, print, bucket, revision = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local seq, group = tonumber(seqText), bucket == '' and 's' or 'l'
  local oldSeq, oldSeen, oldPrint, oldBucket, oldRevision, oldGroup
  if stored[i] then oldSeq, oldSeen, oldPrint, oldBucket, oldRevision, oldGroup = readState(stored[i]) end

  if oldSeq and seq < oldSeq and now >= oldSeen and now - oldSeen < window then
    ignored = ignored + 1
  else
    states[#states + 1] = id
    states[#states + 1] = writeState(seqText, nowText, print, bucket, revision, group)
    if group == 'l' then
      live[#live + 1] = nowText
      live[#live + 1] = id
    elseif oldGroup ~= 's' then
      redis.call('ZADD', GROUPS.s, nowText, id)
    end
    if print ~= oldPrint or seq % refreshEvery == 0 then
      details[#details + 1] = id
      details[#details + 1] = ARGV[at + 5]
    end
    local refusal = ARGV[at + 6]
    if refusal == '-' then
      redis.call('HDEL', REJECTED, id)
    elseif refusal ~= '' then
      rejected[#rejected + 1] = id
      rejected[#rejected + 1] = refusal
    end
    if not oldGroup then
      redis.call('ZADD', IDS, 0, id)
      count(bucket, revision, 1)
    else
      if oldGroup ~= group then redis.call('ZREM', GROUPS[oldGroup], id) end
      if oldBucket ~= bucket or oldRevision ~= revision then
        count(oldBucket, oldRevision, -1)
        count(bucket, revision, 1)
        transition(id, oldBucket, bucket)
      end
    end
  end
end

if #states > 0 then redis.call('HSET', STATE, unpack(states)) end
if #live > 0 then redis.call('ZADD', LIVE, unpack(live)) end
if #details > 0 then redis.call('HSET', DETAIL, unpack(details)) end
if #rejected > 0 then redis.call('HSET', REJECTED, unpack(rejected)) end
local changed = applyCounts()
local summary = changed and redis.call('HGETALL', SUMMARY) or {}
return { nowText, ignored, fresh and 1 or 0, transitions, changed and 1 or 0, summary }
`);
