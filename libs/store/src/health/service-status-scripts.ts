import { LuaScript } from '../lua-script.js';

/**
 * Moves the service's status if the counts that it was folded from are newer than those of the status kept, and of
 * this life of Redis. KEYS: summary. ARGV: status, version of the counts.
 * Returns nothing when it did not move, else the status before ('' if none was kept) and the time in ms.
 */
export const setServiceStatusScript = new LuaScript(`
local kept = redis.call('HMGET', KEYS[1], 'version', 'statusVersion', 'status')
local version = tonumber(ARGV[2])
if not kept[1] or version > tonumber(kept[1]) then return {} end
if kept[2] and version <= tonumber(kept[2]) then return {} end
redis.call('HSET', KEYS[1], 'statusVersion', ARGV[2])
if kept[3] == ARGV[1] then return {} end
local time = redis.call('TIME')
local since = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
redis.call('HSET', KEYS[1], 'status', ARGV[1], 'since', since)
return { kept[3] or '', since }
`);

/** Sets since when the service has this status, if it still has it. KEYS: summary. ARGV: status, since in ms. */
export const restoreSinceScript = new LuaScript(`
if redis.call('HGET', KEYS[1], 'status') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'since', ARGV[2])
return 1
`);

/** Deletes what is kept of a pair, unless it has instances again. KEYS: as `healthKeys`. */
export const forgetPairScript = new LuaScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('DEL', unpack(KEYS))
return 1
`);
