import type { Redis } from 'ioredis';
import { LuaScript } from '../lua-script.js';
import { workspaceKey } from '../workspace-key.js';

/** Bounds what is read and sent; more people than that edit no document side by side. */
const MAX_EDITORS = 200;

export interface EditedDocument {
  readonly workspaceId: string;
  readonly service: string;
  readonly layer: string;
}

/** Somebody who edits a document over one connection. */
export interface Editor {
  /** Of the connection: unique over all processes. */
  readonly id: string;
  readonly name: string;
  readonly sinceMs: number;
}

/**
 * A sorted set, by when each falls away (clock of Redis): editors are confirmed or taken out, those of processes that
 * confirm nothing any more are dropped, and who is left is answered.
 * Arguments: how long a confirmation holds, how many editors are answered, how many are confirmed, those, and those who left.
 */
const updateScript = new LuaScript(`
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local confirmed = tonumber(ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  for index = 4, #ARGV do
    if index < 4 + confirmed then
      redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[index])
    else
      redis.call('ZREM', KEYS[1], ARGV[index])
    end
  end
  if confirmed > 0 then redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1]) end
  return redis.call('ZREVRANGE', KEYS[1], 0, ARGV[2] - 1)`);

/** Who edits which document, over all processes. Redis alone knows it: without it nothing is lost but this. */
export class EditorStore {
  /** @param heldMs for how long a confirmation holds */
  constructor(
    private readonly redis: Redis,
    private readonly heldMs: number,
  ) {}

  /** Confirms editors, takes those who left out, and answers all who are there now, in the order in which they came. */
  async update(
    { workspaceId, service, layer }: EditedDocument,
    confirmed: readonly Editor[] = [],
    left: readonly Editor[] = [],
  ): Promise<Editor[]> {
    const key = workspaceKey({ workspaceId, service, environment: layer }, 'editors');
    const members = (await updateScript.run(
      this.redis,
      [key],
      [this.heldMs, MAX_EDITORS, confirmed.length, ...confirmed.map(encode), ...left.map(encode)],
    )) as string[];
    return members.map(decode).toSorted((one, other) => one.sinceMs - other.sinceMs);
  }
}

function encode({ id, name, sinceMs }: Editor): string {
  return JSON.stringify([id, name, sinceMs]);
}

function decode(member: string): Editor {
  const [id, name, sinceMs] = JSON.parse(member) as [string, string, number];
  return { id, name, sinceMs };
}
