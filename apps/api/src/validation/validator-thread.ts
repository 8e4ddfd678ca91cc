import type { Json } from '@binnacle/domain';
import { compileSchema } from '@binnacle/domain/schemas';
import type { CheckAnswer, CheckTask } from './validator-task.js';

const MAX_COMPILED = 100;
const compiled = new Map<string, ReturnType<typeof compileSchema>>();

/** The work of one thread of the pool. */
export default function check({ schema, schemaHash, contents }: CheckTask): CheckAnswer {
  const validator = compiledSchema(schema, schemaHash);
  if (!validator.ok) return { isSchemaValid: false, errors: validator.errors };
  return { isSchemaValid: true, errors: contents.map((content) => validator.validate(JSON.parse(content) as Json)) };
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
