import { Redis } from 'ioredis';
import type { Change } from './change.js';

const CHANNEL = 'binnacle:wake';

/** Tells other processes of changes at once. What it loses, the change feed brings a moment later. */
export interface WakeChannel {
  /** Rejects quickly while Redis is away. */
  publish(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param commands the connection to publish on
 * @param redisUrl for a second connection, as one that subscribes can do nothing else
 */
export function openWakeChannel(
  commands: Redis,
  redisUrl: string,
  onChange: (change: Change) => void,
  onError: (error: Error) => void,
): WakeChannel {
  const subscriber = new Redis(redisUrl, {
    connectionName: 'binnacle-wake',
    maxRetriesPerRequest: null,
    connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000) * (0.5 + Math.random() / 2),
  });
  subscriber.on('error', onError);
  subscriber.on('message', (_channel: string, message: string) => {
    for (const change of parse(message)) onChange(change);
  });
  // Repeated by ioredis itself after each reconnection.
  subscriber.subscribe(CHANNEL).catch(onError);
  return {
    async publish(changes) {
      await commands.publish(CHANNEL, JSON.stringify(changes));
    },
    async close() {
      subscriber.disconnect();
    },
  };
}

/** Only this program's processes publish here, but another version may: what cannot be read is left to the feed. */
function parse(message: string): Change[] {
  try {
    const changes: unknown = JSON.parse(message);
    return Array.isArray(changes) ? (changes as Change[]) : [];
  } catch {
    return [];
  }
}
