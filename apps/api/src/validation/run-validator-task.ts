import { type Json, type JsonObject, renderConfig } from '@binnacle/domain';
import { parseContent } from '@binnacle/domain/parse-content';
import { compileSchema } from '@binnacle/domain/schemas';
import { runPromotion } from './run-promotion.js';
import { runContentTask } from '../configs/run-content-task.js';
import type { CheckAnswer, CheckTask, ValidatorAnswer, ValidatorTask } from './validator-task.js';

const MAX_COMPILED = 100;
/** Of all contents of one task: less than a task may take, so that the answer can name the rule that takes so long. */
const MAX_RULES_MS = 2_500;
const compiled = new Map<string, ReturnType<typeof compileSchema>>();

/** What a validator process does with a task. */
export function runValidatorTask(task: ValidatorTask): ValidatorAnswer {
  switch (task.kind) {
    case 'parse':
      return parseContent(task.text, task.format, task.limits);
    case 'check':
      return check(task);
    case 'prepare':
    case 'recompose':
    case 'compare':
    case 'show':
    case 'explain':
      return runContentTask(task);
    case 'render':
      return renderConfig((JSON.parse(task.body) as { content: JsonObject }).content, task.format);
    case 'promote':
      return runPromotion(task);
  }
}

function check({ schema, schemaHash, contents }: CheckTask): CheckAnswer {
  const validator = compiledSchema(schema, schemaHash);
  if (!validator.ok) return { isSchemaValid: false, errors: validator.errors };
  const rulesEndAtMs = Date.now() + MAX_RULES_MS;
  const findings = contents.map((canonical) =>
    validator.check(JSON.parse(canonical) as JsonObject, canonical, rulesEndAtMs),
  );
  return {
    isSchemaValid: true,
    errors: findings.map(({ errors }) => errors),
    warnings: findings.map(({ warnings }) => warnings),
  };
}

function compiledSchema(schema: string, hash: string): ReturnType<typeof compileSchema> {
  const known = compiled.get(hash);
  if (known !== undefined) return known;
  const [oldest] = compiled.keys();
  if (compiled.size >= MAX_COMPILED && oldest !== undefined) compiled.delete(oldest);
  const fresh = compileSchema(JSON.parse(schema) as Json);
  compiled.set(hash, fresh);
  return fresh;
}
