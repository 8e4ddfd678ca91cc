import { Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';
import type { ContentLimits } from '@binnacle/domain';
import { parseContent, type ParsedContent } from '@binnacle/domain/parse-content';
import { type LaneFailure, TaskEnded, ValidatorLane } from './validator-lane.js';
import type { CheckAnswer, CheckTask, ValidatorAnswer, ValidatorTask } from './validator-task.js';

/** Compiling, validating and parsing must end within this time, in milliseconds, from when it is their turn. */
const TIME_LIMIT_MS = 5_000;
const LANES = 2;
const MAX_QUEUED = 256;
/** Longer texts take long enough to parse for others to notice. */
const PARSE_HERE_CHARACTERS = 32_768;

const ENDED: Readonly<Record<LaneFailure, string>> = {
  time: `Validation took more than ${TIME_LIMIT_MS} ms. Simplify the schema, or make the document smaller.`,
  memory: 'Validation took too much memory. Simplify the schema, or make the document smaller.',
};

interface Waiting {
  readonly task: ValidatorTask;
  readonly resolve: (answer: ValidatorAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs users' schemas, and the parsing of their long texts, in processes of their own, so that none can hold up or bring
 * down this one. A process keeps the schemas that it compiled last.
 */
@Injectable()
export class ValidatorPool {
  private readonly idle = Array.from({ length: LANES }, () => new ValidatorLane());
  private readonly lanes = [...this.idle];
  private readonly queue: Waiting[] = [];

  /** @throws Problem validation_timeout when it takes too long or too much, or too many wait already */
  async check(task: Omit<CheckTask, 'kind'>): Promise<CheckAnswer> {
    return (await this.run({ kind: 'check', ...task })) as CheckAnswer;
  }

  /** As `parseContent`. @throws Problem validation_timeout */
  async parse(content: unknown, format: 'json' | 'yaml', limits: ContentLimits): Promise<ParsedContent> {
    if (typeof content !== 'string' || content.length <= PARSE_HERE_CHARACTERS)
      return parseContent(content, format, limits);
    return (await this.run({ kind: 'parse', text: content, format, limits })) as ParsedContent;
  }

  close(): void {
    for (const lane of this.lanes) lane.stop();
  }

  private run(task: ValidatorTask): Promise<ValidatorAnswer> {
    if (this.queue.length >= MAX_QUEUED)
      throw new Problem('validation_timeout', 'Too many validations are waiting. Try again in a moment.');
    return new Promise((resolve, reject) => {
      this.queue.push({ task, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    // The one used last, whose schemas are compiled; a second process is started only when there is work for two.
    const lane = this.idle.pop();
    if (lane === undefined) return;
    const waiting = this.queue.shift();
    if (waiting === undefined) {
      this.idle.push(lane);
      return;
    }
    const { task, resolve, reject } = waiting;
    lane
      .run(task, TIME_LIMIT_MS)
      .then(resolve, (error: unknown) =>
        reject(error instanceof TaskEnded ? new Problem('validation_timeout', ENDED[error.reason]) : error),
      )
      .finally(() => {
        this.idle.push(lane);
        this.next();
      });
  }
}
