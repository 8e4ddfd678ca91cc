import { Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';
import type { ConfigTextFormat, ContentLimits, RenderedConfig } from '@binnacle/domain';
import { parseContent, type ParsedContent } from '@binnacle/domain/parse-content';
import type { ContentAnswer, ContentTask } from '../configs/content-task.js';
import { FairQueue } from './fair-queue.js';
import { type LaneFailure, TaskEnded, ValidatorLane } from './validator-lane.js';
import type {
  CheckAnswer,
  CheckTask,
  PromotionAnswer,
  PromotionTask,
  ValidatorAnswer,
  ValidatorTask,
} from './validator-task.js';

/** Compiling, validating and parsing must end within this time, in milliseconds, from when it is their turn. */
const TIME_LIMIT_MS = 5_000;
const LANES = 2;
/** Of all workspaces, and of one: two processes have done so many of usual size within a second. */
const MAX_QUEUED = 256;
const MAX_QUEUED_PER_WORKSPACE = 64;
/** Longer texts take long enough to parse for others to notice; YAML some ten times as long as JSON. */
const PARSE_HERE_CHARACTERS = { json: 32_768, yaml: 4_096 };

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
 * down this one. A process keeps the schemas that it compiled last. Workspaces take turns: a flood of one holds up the
 * others by what is under way, and is what there is no room for.
 */
@Injectable()
export class ValidatorPool {
  private readonly idle = Array.from({ length: LANES }, () => new ValidatorLane());
  private readonly lanes = [...this.idle];
  private readonly queue = new FairQueue<Waiting>(MAX_QUEUED, MAX_QUEUED_PER_WORKSPACE);

  /** @throws Problem validation_timeout when it takes too long or too much; busy when too many wait already */
  async check(workspaceId: string, task: Omit<CheckTask, 'kind'>): Promise<CheckAnswer> {
    return (await this.run(workspaceId, { kind: 'check', ...task })) as CheckAnswer;
  }

  /** As `parseContent`. @throws Problem validation_timeout or busy, as `check` */
  async parse(
    workspaceId: string,
    content: unknown,
    format: 'json' | 'yaml',
    limits: ContentLimits,
  ): Promise<ParsedContent> {
    if (typeof content !== 'string' || isParsedHere(format, content.length))
      return parseContent(content, format, limits);
    return (await this.run(workspaceId, { kind: 'parse', text: content, format, limits })) as ParsedContent;
  }

  /** Plans a promotion, in the text too. @throws Problem validation_timeout or busy, as `check` */
  async promote(workspaceId: string, task: Omit<PromotionTask, 'kind'>): Promise<PromotionAnswer> {
    return (await this.run(workspaceId, { kind: 'promote', ...task })) as PromotionAnswer;
  }

  /** What takes long with large contents. @throws Problem validation_timeout or busy, as `check` */
  async work(workspaceId: string, task: ContentTask): Promise<ContentAnswer> {
    return (await this.run(workspaceId, task)) as ContentAnswer;
  }

  /** As `renderConfig`, of the answer of `GET …/config`. @throws Problem validation_timeout or busy, as `check` */
  async render(workspaceId: string, body: string, format: ConfigTextFormat): Promise<RenderedConfig> {
    return (await this.run(workspaceId, { kind: 'render', body, format })) as RenderedConfig;
  }

  close(): void {
    for (const lane of this.lanes) lane.stop();
  }

  private run(workspaceId: string, task: ValidatorTask): Promise<ValidatorAnswer> {
    return new Promise((resolve, reject) => {
      this.queue
        .push(workspaceId, { task, resolve, reject })
        ?.reject(new Problem('busy', 'Too many validations are waiting. Try again in a moment.'));
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

/** Whether parsing so many characters takes no longer than a few milliseconds, whatever they are. */
export function isParsedHere(format: 'json' | 'yaml', characters: number): boolean {
  return characters <= PARSE_HERE_CHARACTERS[format];
}
