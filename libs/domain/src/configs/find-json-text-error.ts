import type { ContentError } from './content-limits.js';
import { scanJsonText } from './scan-json-text.js';
import { textError } from './text-position.js';

/** The first mistake in a JSON text with its line and column, a key that stands twice in one object among them. */
export function findJsonTextError(text: string, maxDepth: number): ContentError | undefined {
  const fault = scanJsonText(text, maxDepth);
  return fault === undefined ? undefined : textError(text, fault);
}
