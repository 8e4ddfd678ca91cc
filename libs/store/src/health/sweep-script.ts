import { LuaScript } from '../lua-script.js';
import { HEALTH_LUA } from './health-lua.js';

/**
 * Says of silent instances what their silence means. ARGV: unknownAfter, lostAfter, forgetAfter, forgetStoppedAfter
 * and the longest gap between two sweeps, all in ms, and how many instances one call may move in each step.
 *
 * After a longer gap nobody can tell who was silent and who was not heard (Redis away, its clock set, no worker), so
 * everyone gets a fresh window first. A draining instance that goes silent has stopped: it was leaving on purpose.
 *
 * Returns the time in ms, 1 if the pair has no instances, transitions (id, from, to …), the summary, and 1 if there is more to do.
 */
export const sweepScript = new LuaScript(`${HEALTH_LUA}
local unknownAfter, lostAfter, forgetAfter, forgetStoppedAfter, maxGap, limit =
  tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if redis.call('EXISTS', STATE) == 0 then
  return { nowText, 1, {}, redis.call('HGETALL', SUMMARY), 0 }
end

-- the clock went back: nobody was seen in the future
local function seenBeforeNow(key)
  local ahead = redis.call('ZRANGEBYSCORE', key, '(' .. nowText, '+inf')
  for _, id in ipairs(ahead) do redis.call('ZADD', key, nowText, id) end
end

local marks = redis.call('HMGET', SUMMARY, 'sweptAt', 'graceAt')
local sweptAt, graceAt = tonumber(marks[1]), tonumber(marks[2])
if not sweptAt or not graceAt or now < sweptAt or now - sweptAt > maxGap then
  if sweptAt and now < sweptAt then
    for _, key in pairs(GROUPS) do seenBeforeNow(key) end
  end
  graceAt = now
  redis.call('HSET', SUMMARY, 'graceAt', nowText)
end
redis.call('HSET', SUMMARY, 'sweptAt', nowText)

local more = 0
local function silent(group, ageMs)
  local ids = redis.call('ZRANGEBYSCORE', GROUPS[group], '-inf', string.format('%.0f', now - ageMs), 'LIMIT', 0, limit)
  if #ids == limit then more = 1 end
  return ids
end

local function move(ids, toGroup, bucketOf)
  for _, id in ipairs(ids) do
    local _, _, print, bucket, revision, group, seqText, seenText = readState(redis.call('HGET', STATE, id))
    local nextGroup, nextBucket = bucketOf(bucket)
    nextGroup = nextGroup or toGroup
    local score = nextGroup == 's' and nowText or redis.call('ZSCORE', GROUPS[group], id)
    redis.call('ZREM', GROUPS[group], id)
    redis.call('ZADD', GROUPS[nextGroup], score, id)
    redis.call('HSET', STATE, id, writeState(seqText, seenText, print, nextBucket, revision, nextGroup))
    if nextBucket ~= bucket then
      count(bucket, revision, -1)
      count(nextBucket, revision, 1)
      transition(id, bucket, nextBucket)
    end
  end
end

local function forget(ids)
  for _, id in ipairs(ids) do
    local _, _, _, bucket, revision, group = readState(redis.call('HGET', STATE, id))
    count(bucket, revision, -1)
    redis.call('ZREM', GROUPS[group], id)
    redis.call('ZREM', IDS, id)
    redis.call('HDEL', STATE, id)
    redis.call('HDEL', DETAIL, id)
    redis.call('HDEL', REJECTED, id)
  end
end

if now - graceAt >= unknownAfter then
  move(silent('l', unknownAfter), 'q', function(bucket)
    return nil, bucket == 'draining' and 'draining' or 'unknown'
  end)
end
if now - graceAt >= lostAfter then
  move(silent('q', lostAfter), 'g', function(bucket)
    if bucket == 'draining' then return 's', '' end
    return nil, 'lost'
  end)
end
forget(silent('g', forgetAfter))
forget(silent('s', forgetStoppedAfter))
applyCounts()
return { nowText, 0, transitions, redis.call('HGETALL', SUMMARY), more }
`);
