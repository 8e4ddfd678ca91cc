import type { ContentError } from '@binnacle/domain';

/** A schema as canonical JSON with its hash, and contents as canonical JSON to check against it. */
export interface CheckTask {
  readonly schema: string;
  readonly schemaHash: string;
  readonly contents: readonly string[];
}

export type CheckAnswer =
  | { readonly isSchemaValid: true; readonly errors: readonly (readonly ContentError[])[] }
  | { readonly isSchemaValid: false; readonly errors: readonly ContentError[] };
