import { Redis } from 'ioredis';
import type { Notice } from './change.js';

const CHANNEL = 'binnacle:wake';

/** Tells other processes of changes at once. What it loses of these, the change feed brings a moment later. */
export interface WakeChannel {
  /** Rejects quickly while Redis is away. */
  publish(notices: readonly Notice[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param commands the connection to publish on
 * @param redisUrl for a second connection, as one that subscribes can do nothing else
 */
export function openWakeChannel(
  commands: Redis,
  redisUrl: string,
  onNotice: (notice: Notice) => void,
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
    for (const notice of parse(message)) onNotice(notice);
  });
  // Repeated by ioredis itself after each reconnection.
  subscriber.subscribe(CHANNEL).catch(onError);
  return {
    async publish(notices) {
      await commands.publish(CHANNEL, JSON.stringify(notices));
    },
    async close() {
      subscriber.disconnect();
    },
  };
}

/** Only this program's processes publish here, but another version may: what cannot be read is left to the feed. */
function parse(message: string): Notice[] {
  try {
    const notices: unknown = JSON.parse(message);
    return Array.isArray(notices) ? (notices as Notice[]) : [];
  } catch {
    return [];
  }
}
