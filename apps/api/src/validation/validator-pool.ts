import { Injectable } from '@nestjs/common';
import { Piscina } from 'piscina';
import { Problem } from '@binnacle/contracts';
import type { ContentLimits } from '@binnacle/domain';
import { parseContent, type ParsedContent } from '@binnacle/domain/parse-content';
import type { CheckAnswer, CheckTask, ValidatorAnswer, ValidatorTask } from './validator-task.js';

/** Compiling, validating and parsing must end within this time, in milliseconds; then their thread is ended. */
const TIME_LIMIT_MS = 5_000;
const MAX_QUEUED = 256;
/** Longer texts take long enough to parse for others to notice. */
const PARSE_HERE_CHARACTERS = 32_768;

/**
 * Runs users' schemas, and the parsing of their long texts, on threads of their own, so that none can hold up the
 * process. A thread keeps the schemas that it compiled last.
 */
@Injectable()
export class ValidatorPool {
  private readonly threads = new Piscina<ValidatorTask, ValidatorAnswer>({
    filename: new URL('./validator-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: 2,
    maxQueue: MAX_QUEUED,
    idleTimeout: 60_000,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });

  /** @throws Problem validation_timeout when the schema takes too long or too much, or too many wait already */
  async check(task: Omit<CheckTask, 'kind'>): Promise<CheckAnswer> {
    return (await this.run({ kind: 'check', ...task })) as CheckAnswer;
  }

  /** As `parseContent`. @throws Problem validation_timeout */
  async parse(content: unknown, format: 'json' | 'yaml', limits: ContentLimits): Promise<ParsedContent> {
    if (typeof content !== 'string' || content.length <= PARSE_HERE_CHARACTERS)
      return parseContent(content, format, limits);
    return (await this.run({ kind: 'parse', text: content, format, limits })) as ParsedContent;
  }

  async close(): Promise<void> {
    await this.threads.destroy();
  }

  private async run(task: ValidatorTask): Promise<ValidatorAnswer> {
    const deadline = AbortSignal.timeout(TIME_LIMIT_MS);
    try {
      return await this.threads.run(task, { signal: deadline });
    } catch (error) {
      if (deadline.aborted)
        throw new Problem(
          'validation_timeout',
          `Validation took more than ${TIME_LIMIT_MS} ms. Make it simpler.`,
        );
      if (error instanceof Error && error.message.includes('queue is at limit'))
        throw new Problem('validation_timeout', 'Too many validations are waiting. Try again in a moment.');
      if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        throw new Problem('validation_timeout', 'Validation takes too much memory. Simplify the schema.');
      throw error;
    }
  }
}
