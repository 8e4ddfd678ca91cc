import { type Json, type JsonObject, standInForSecrets } from '@binnacle/domain';
import { parseContent } from '@binnacle/domain/parse-content';
import { compileSchema } from '@binnacle/domain/schemas';
import type { CheckAnswer, CheckTask, ValidatorAnswer, ValidatorTask } from './validator-task.js';

const MAX_COMPILED = 100;
const compiled = new Map<string, ReturnType<typeof compileSchema>>();

/** What a validator process does with a task. */
export function runValidatorTask(task: ValidatorTask): ValidatorAnswer {
  switch (task.kind) {
    case 'parse':
      return parseContent(task.text, task.format, task.limits);
    case 'check':
      return check(task);
  }
}

function check({ schema, schemaHash, contents }: CheckTask): CheckAnswer {
  const validator = compiledSchema(schema, schemaHash);
  if (!validator.ok) return { isSchemaValid: false, errors: validator.errors };
  return {
    isSchemaValid: true,
    errors: contents.map((canonical) => {
      const { content, places } = standInForSecrets(JSON.parse(canonical) as JsonObject, canonical);
      return validator.validate(content, places);
    }),
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
