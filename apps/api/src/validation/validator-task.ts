import type { ContentError, ContentLimits } from '@binnacle/domain';
import type { ParsedContent } from '@binnacle/domain/parse-content';

/** Text to be parsed. */
export interface ParseTask {
  readonly kind: 'parse';
  readonly text: string;
  readonly format: 'json' | 'yaml';
  readonly limits: ContentLimits;
}

/** A schema as canonical JSON with its hash, and contents as canonical JSON to check against it. */
export interface CheckTask {
  readonly kind: 'check';
  readonly schema: string;
  readonly schemaHash: string;
  readonly contents: readonly string[];
}

export type CheckAnswer =
  | { readonly isSchemaValid: true; readonly errors: readonly (readonly ContentError[])[] }
  | { readonly isSchemaValid: false; readonly errors: readonly ContentError[] };

export type ValidatorTask = ParseTask | CheckTask;
export type ValidatorAnswer = ParsedContent | CheckAnswer;

/** What a validator process is sent, and what it answers: in order, one at a time. */
export type ValidatorReply =
  | { readonly isDone: true; readonly answer: ValidatorAnswer }
  | { readonly isDone: false; readonly message: string };
