import { jsonLanguage } from '@codemirror/lang-json';
import { yamlLanguage } from '@codemirror/lang-yaml';
import type { ContentFormat } from '@binnacle/domain/parse-content';
import type { ParsedText } from './text-place';

/** Parses a text that no editor holds. An editor keeps a tree of its own up to date: see `parsedState`. */
export function parseText(format: ContentFormat, text: string): ParsedText {
  const { parser } = format === 'json' ? jsonLanguage : yamlLanguage;
  return { format, tree: parser.parse(text), read: (from, to) => text.slice(from, to) };
}
