import type { ConfigSchemaBody } from '@binnacle/contracts';
import { DEFAULT_CONTENT_LIMITS } from '@binnacle/domain';
import { parseContent } from '@binnacle/domain/parse-content';

export type ParsedSchema =
  | { readonly ok: true; readonly schema: ConfigSchemaBody['schema'] }
  | {
      readonly ok: false;
      readonly errors: readonly { readonly pointer: string; readonly message: string }[];
    };

/** The text of a schema by the rules for documents: no key twice, no number that changes by being read. */
export function parseSchemaText(text: string): ParsedSchema {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return { ok: true, schema: trimmed === 'true' };
  const parsed = parseContent(text, 'json', DEFAULT_CONTENT_LIMITS);
  return parsed.ok ? { ok: true, schema: parsed.value } : { ok: false, errors: parsed.errors };
}
