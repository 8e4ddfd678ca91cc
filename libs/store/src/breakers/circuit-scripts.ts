import type { Redis } from 'ioredis';

/** Time first: the shared circuit has one clock, that of Redis. Fields that do not exist come as null. */
const READ = `
  local time = redis.call('TIME')
  local fields = redis.call('HMGET', KEYS[1], 'version', 'generation', 'circuit')
  return {time[1], time[2], fields[1], fields[2], fields[3]}`;

/**
 * KEYS: circuit, generations of the pair. ARGV: name, version that was read, new version, circuit, lowest generation,
 * 1 to raise it, time to live. Answers the generation, or null when someone else was faster. Versions are random, so
 * that an equal one never is a coincidence: not after a loss, nor when a command was sent twice.
 */
const REPLACE = `
  local fields = redis.call('HMGET', KEYS[1], 'version', 'generation')
  local version = fields[1] or ''
  if version == ARGV[3] then return fields[2] end
  if version ~= ARGV[2] then return false end
  local generation = math.max(tonumber(fields[2] or '0'), tonumber(ARGV[5])) + tonumber(ARGV[6])
  local text = string.format('%.0f', generation)
  redis.call('HSET', KEYS[1], 'version', ARGV[3], 'generation', text, 'circuit', ARGV[4])
  redis.call('HSET', KEYS[2], ARGV[1], text)
  redis.call('PEXPIRE', KEYS[1], ARGV[7])
  redis.call('PEXPIRE', KEYS[2], ARGV[7])
  return text`;

type Text = string | null;
export type ReadReply = [
  seconds: string,
  microseconds: string,
  version: Text,
  generation: Text,
  circuit: Text,
];

export interface CircuitScripts {
  readCircuit(key: string): Promise<ReadReply>;
  replaceCircuit(
    key: string,
    generationsKey: string,
    name: string,
    readVersion: string,
    newVersion: string,
    circuit: string,
    lowestGeneration: number,
    raise: 0 | 1,
    ttlMs: number,
  ): Promise<Text>;
}

/** ioredis adds a method for each script, which its type cannot tell. */
export function circuitScripts(redis: Redis): CircuitScripts {
  redis.defineCommand('readCircuit', { numberOfKeys: 1, lua: READ, readOnly: true });
  redis.defineCommand('replaceCircuit', { numberOfKeys: 2, lua: REPLACE });
  return redis as unknown as CircuitScripts;
}
