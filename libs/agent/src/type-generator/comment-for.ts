import type { JsonSchema } from './json-schema.js';
import { isSchemaObject } from './json-schema.js';

const MAX_CHARACTERS = 2_000;

/** What a schema says to people, as a comment with its line break; empty when it says nothing. */
export function commentFor(schema: JsonSchema, indent: string): string {
  if (!isSchemaObject(schema)) return '';
  const lines: string[] = [];
  for (const keyword of ['title', 'description']) {
    const text = schema[keyword];
    if (typeof text === 'string') lines.push(...text.slice(0, MAX_CHARACTERS).split(/[\r\n\u2028\u2029]+/));
  }
  if (schema['default'] !== undefined)
    lines.push(`@default ${JSON.stringify(schema['default']).slice(0, MAX_CHARACTERS)}`);
  if (schema['deprecated'] === true) lines.push('@deprecated');
  // Nothing that a schema says may end the comment.
  const safe = lines.map((line) => line.trim().replaceAll('*/', '*\\/')).filter((line) => line !== '');
  if (safe.length === 0) return '';
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`;
  return `${indent}/**\n${safe.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}
