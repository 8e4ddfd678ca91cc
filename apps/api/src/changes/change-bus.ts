import { Inject, Injectable, Logger } from '@nestjs/common';
import { OncePerOutage } from '@binnacle/runtime';
import { type Notice, openWakeChannel, type Redis, type WakeChannel } from '@binnacle/store';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { REDIS } from '../storage.module.js';

export type ChangeListener = (change: Notice) => void | Promise<void>;

/** Where the features of this process hear of changes, wherever these were made. A change may be heard of twice. */
@Injectable()
export class ChangeBus {
  private readonly logger = new Logger(ChangeBus.name);
  private readonly outage = new OncePerOutage(
    this.logger,
    'Redis is away: changes of other processes come by the feed',
  );
  private readonly listeners: ChangeListener[] = [];
  private readonly channel: WakeChannel;

  constructor(@Inject(ENVIRONMENT) environment: Environment, @Inject(REDIS) redis: Redis) {
    this.channel = openWakeChannel(
      redis,
      environment.redisUrl,
      (notice) => void this.deliver([notice]),
      (error) => this.outage.failed(error),
    );
  }

  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** Tells this process; resolves when every listener has done what it does about it. Never rejects. */
  async deliver(changes: readonly Notice[]): Promise<void> {
    const told = changes.flatMap((change) => this.listeners.map(async (listener) => listener(change)));
    for (const outcome of await Promise.allSettled(told)) {
      if (outcome.status === 'rejected')
        this.logger.warn({ err: outcome.reason }, 'A change could not be followed yet');
    }
  }

  /** Tells the other processes, as far as Redis can be reached; the feed tells them in any case. */
  wake(changes: readonly Notice[]): void {
    this.channel.publish(changes).then(
      () => this.outage.succeeded(),
      (error: unknown) => this.outage.failed(error),
    );
  }

  async close(): Promise<void> {
    await this.channel.close();
  }
}
