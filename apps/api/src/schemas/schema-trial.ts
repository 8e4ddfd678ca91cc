import { Injectable } from '@nestjs/common';
import { type FieldError, Problem, type SchemaBreakBody } from '@binnacle/contracts';
import { type ConfigTree, type CurrentConfig, RevisionStore, type SqlMutation } from '@binnacle/store';
import { sharedConfigs } from '../configs/shared-configs.js';
import { ValidatorPool } from '../validation/validator-pool.js';

const MAX_ERRORS_PER_CONFIG = 20;
const MAX_WARNINGS = 50;
/** Validated at once: together they must fit into the time of one task. */
const MAX_AT_ONCE = 10;
const WAITING = ' (in the revision that waits for an approval)';

export interface SchemaUnderTrial {
  readonly service: string;
  /** Canonical JSON, and its hash. */
  readonly content: string;
  readonly hash: string;
}

export interface TrialResult {
  readonly breaks: readonly SchemaBreakBody[];
  readonly warnings: readonly FieldError[];
}

/** Tries a schema on what is in force. */
@Injectable()
export class SchemaTrial {
  constructor(
    private readonly revisions: RevisionStore,
    private readonly validators: ValidatorPool,
  ) {}

  /** Mistakes in the schema itself, its rules included. */
  async findMistakes(
    workspaceId: string,
    { content, hash }: Omit<SchemaUnderTrial, 'service'>,
  ): Promise<readonly FieldError[]> {
    const task = { schema: content, schemaHash: hash, contents: [] };
    const answer = await this.validators.check(workspaceId, task);
    return answer.isSchemaValid ? [] : answer.errors;
  }

  /**
   * What a schema without mistakes has against the current effective configs of its service: those that agents run, and
   * those that wait for an approval. A shared service runs nowhere: there it is tried on what its own documents make.
   */
  async run(tree: ConfigTree, schema: SchemaUnderTrial, mutation?: SqlMutation): Promise<TrialResult> {
    const { service } = schema;
    const isShared = tree.affected.find(({ name }) => name === service)?.kind === 'shared';
    const configs = isShared
      ? (await sharedConfigs(tree, service)).map(({ environment, canonical }) => ({
          environment,
          content: canonical,
          isWaiting: false,
        }))
      : await this.revisions.currentOf(tree.workspaceId, service, mutation);
    const breaks: SchemaBreakBody[] = [];
    const warnings: FieldError[] = [];
    for (let at = 0; at < configs.length; at += MAX_AT_ONCE) {
      const some = configs.slice(at, at + MAX_AT_ONCE);
      const answer = await this.validators.check(tree.workspaceId, {
        schema: schema.content,
        schemaHash: schema.hash,
        contents: some.map(({ content }) => content),
      });
      if (!answer.isSchemaValid)
        throw new Problem('invalid_schema', 'The schema is not valid.', answer.errors);
      some.forEach((config, index) => {
        const errors = (answer.errors[index] ?? []).slice(0, MAX_ERRORS_PER_CONFIG);
        if (errors.length > 0) breaks.push(toBreak(service, config, errors));
        const { environment } = config;
        for (const warning of answer.warnings[index] ?? []) warnings.push({ ...warning, environment });
      });
    }
    return { breaks, warnings: warnings.slice(0, MAX_WARNINGS) };
  }
}

function toBreak(
  service: string,
  { environment, isWaiting }: CurrentConfig,
  errors: readonly FieldError[],
): SchemaBreakBody {
  const shown = errors.map(({ pointer, message }) => ({
    pointer,
    message: `${message}${isWaiting ? WAITING : ''}`,
  }));
  return { service, environment, errors: shown };
}
