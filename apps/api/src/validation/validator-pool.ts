import { Injectable } from '@nestjs/common';
import { Piscina } from 'piscina';
import { Problem } from '@binnacle/contracts';
import type { CheckAnswer, CheckTask } from './validator-task.js';

/** Compiling and validating must end within this time, in milliseconds; then its thread is ended. */
const TIME_LIMIT_MS = 5_000;
const MAX_QUEUED = 256;

/**
 * Runs users' schemas on threads of their own, so that none can hold up the process. A thread keeps the schemas that it
 * compiled last.
 */
@Injectable()
export class ValidatorPool {
  private readonly threads = new Piscina<CheckTask, CheckAnswer>({
    filename: new URL('./validator-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: 2,
    maxQueue: MAX_QUEUED,
    idleTimeout: 60_000,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });

  /** @throws Problem validation_timeout when the schema takes too long, or too many wait already */
  async check(task: CheckTask): Promise<CheckAnswer> {
    const deadline = AbortSignal.timeout(TIME_LIMIT_MS);
    try {
      return await this.threads.run(task, { signal: deadline });
    } catch (error) {
      if (deadline.aborted)
        throw new Problem('validation_timeout', `Validation took more than ${TIME_LIMIT_MS} ms. Simplify the schema.`);
      if (error instanceof Error && error.message.includes('queue is at limit'))
        throw new Problem('validation_timeout', 'Too many validations are waiting. Try again in a moment.');
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.threads.destroy();
  }
}
