import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { openRedis } from '@binnacle/store';

/** Every command that any client sends to a Redis from now on, as `MONITOR` shows them. */
export class RedisMonitor {
  readonly #socket: Socket;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (chunk: string) => (this.#text += chunk));
  }

  static async start(url: string): Promise<RedisMonitor> {
    const { hostname, port, password } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const monitor = new RedisMonitor(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject).once('data', () => resolve());
      const login = password === '' ? '' : `AUTH ${decodeURIComponent(password)}\r\n`;
      socket.write(`${login}MONITOR\r\n`);
    });
    return monitor;
  }

  get text(): string {
    return this.#text;
  }

  stop(): void {
    this.#socket.destroy();
  }
}

/** Every key of a Redis with all that it holds, one line each. */
export async function dumpRedis(url: string): Promise<string[]> {
  const redis = openRedis({
    url,
    commandTimeoutMs: 5_000,
    connectionName: 'story-dump',
    onError: (error) => {
      throw error;
    },
  });
  try {
    await once(redis, 'ready');
    const lines: string[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      lines.push(`${key} ${type} ${JSON.stringify(await contentOf(redis, key, type))}`);
    }
    return lines;
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: ReturnType<typeof openRedis>, key: string, type: string): Promise<unknown> {
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null; // it has expired meanwhile
    default:
      throw new Error(`a key of the type ${type} cannot be searched`);
  }
}
