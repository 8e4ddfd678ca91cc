import { Injectable } from '@nestjs/common';
import type { AuditDiffBounds, ContentComparison, ContentLimits, RecomposedConfig } from '@binnacle/domain';
import { isParsedHere, ValidatorPool } from '../validation/validator-pool.js';
import type {
  CompareAnswer,
  ContentAnswer,
  ContentTask,
  ExplainAnswer,
  ExplainedText,
  PrepareAnswer,
  RecomposeTask,
} from './content-task.js';
import { runContentTask } from './run-content-task.js';

/** What is shorter is done at once, within a millisecond or two; what is longer would hold up everybody else. */
const HERE_CHARACTERS = 32_768;
/** Members that moved are looked for among all others of their list. */
const SHOW_HERE_CHARACTERS = 8_192;
/** Every place is named with the keys above it, which makes the answer hundreds of times as long at worst. */
const EXPLAIN_HERE_CHARACTERS = 4_096;
/** Of all the texts that one task puts together: some hundred milliseconds. */
const TASK_CHARACTERS = 2_097_152;
/** As many as there are processes: the queue is left to others. */
const AT_ONCE = 2;

/** Documents by their places in `texts`, lowest first. */
interface Pair {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What is done with contents, of which a large one takes long: then in a validator process. */
@Injectable()
export class ContentWork {
  constructor(private readonly validators: ValidatorPool) {}

  /** Parses what somebody sent. @throws Problem validation_timeout or busy */
  async prepare(
    workspaceId: string,
    content: unknown,
    format: 'json' | 'yaml',
    limits: ContentLimits,
  ): Promise<PrepareAnswer> {
    const isParsed = typeof content !== 'string';
    const text = isParsed ? JSON.stringify(content) : content;
    const task = { kind: 'prepare', text, isParsed, format, limits } as const;
    const isHere = isSmall(text.length) && (isParsed || isParsedHere(format, text.length));
    return (await this.runWhere(isHere, workspaceId, task)) as PrepareAnswer;
  }

  /** Puts configs together, and compares each with what it was before. @throws Problem validation_timeout or busy */
  async recompose(workspaceId: string, pairs: readonly Pair[]): Promise<RecomposedConfig[]> {
    const answers: RecomposedConfig[][] = [];
    const batches = toBatches(pairs);
    const takeTurns = async (first: number): Promise<void> => {
      for (let index = first; index < batches.length; index += AT_ONCE) {
        const { characters, ...task } = batches[index] as Batch;
        answers[index] = (await this.run(workspaceId, task, characters)) as RecomposedConfig[];
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => takeTurns(first)));
    return answers.flat();
  }

  async compare(
    workspaceId: string,
    before: string | undefined,
    after: string,
    bounds: AuditDiffBounds,
  ): Promise<CompareAnswer> {
    const task = { kind: 'compare', before, after, bounds } as const;
    return (await this.run(workspaceId, task, (before?.length ?? 0) + after.length)) as CompareAnswer;
  }

  /** For people to look at. */
  async show(workspaceId: string, before: string | undefined, after: string): Promise<ContentComparison> {
    const task = { kind: 'show', before, after } as const;
    const isHere = (before?.length ?? 0) + after.length <= SHOW_HERE_CHARACTERS;
    return (await this.runWhere(isHere, workspaceId, task)) as ContentComparison;
  }

  /** Where every leaf of a config comes from. */
  async explain(workspaceId: string, layers: readonly ExplainedText[]): Promise<ExplainAnswer> {
    const characters = layers.reduce((sum, { canonical }) => sum + canonical.length, 0);
    const isHere = characters <= EXPLAIN_HERE_CHARACTERS;
    return (await this.runWhere(isHere, workspaceId, { kind: 'explain', layers })) as ExplainAnswer;
  }

  private run(workspaceId: string, task: ContentTask, characters: number): Promise<ContentAnswer> {
    return this.runWhere(isSmall(characters), workspaceId, task);
  }

  private async runWhere(isHere: boolean, workspaceId: string, task: ContentTask): Promise<ContentAnswer> {
    return isHere ? runContentTask(task) : this.validators.work(workspaceId, task);
  }
}

export function isSmall(characters: number): boolean {
  return characters <= HERE_CHARACTERS;
}

interface Batch extends RecomposeTask {
  readonly characters: number;
}

function toBatches(pairs: readonly Pair[]): Batch[] {
  const batches: Batch[] = [];
  let batch = new BatchInProgress();
  for (const pair of pairs) {
    if (batch.characters > 0 && batch.characters + charactersOf(pair) > TASK_CHARACTERS) {
      batches.push(batch.task());
      batch = new BatchInProgress();
    }
    batch.add(pair);
  }
  if (batch.characters > 0) batches.push(batch.task());
  return batches;
}

/** Every text once, though it may be in each of the configs. */
class BatchInProgress {
  characters = 0;
  readonly #indexes = new Map<string, number>();
  readonly #pairs: { before: number[]; after: number[] }[] = [];

  add(pair: Pair): void {
    this.characters += charactersOf(pair);
    this.#pairs.push({
      before: pair.before.map((text) => this.#indexOf(text)),
      after: pair.after.map((text) => this.#indexOf(text)),
    });
  }

  task(): Batch {
    return {
      kind: 'recompose',
      texts: [...this.#indexes.keys()],
      pairs: this.#pairs,
      characters: this.characters,
    };
  }

  #indexOf(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.#indexes.size;
    this.#indexes.set(text, index);
    return index;
  }
}

/** At least one: also what is made of nothing has its place in a batch. */
function charactersOf({ before, after }: Pair): number {
  return [...before, ...after].reduce((sum, text) => sum + text.length, 1);
}
