import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A script that Redis runs atomically: sent by its hash, and in full to a server that does not know it yet. */
export class LuaScript {
  private readonly hash: string;

  constructor(private readonly source: string) {
    this.hash = createHash('sha1').update(source).digest('hex');
  }

  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.hash, keys.length, ...keys, ...args);
    } catch (error) {
      // nothing ran: this server was restarted or flushed its scripts
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.source, keys.length, ...keys, ...args);
    }
  }
}
