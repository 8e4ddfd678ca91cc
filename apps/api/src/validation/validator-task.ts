import type {
  ConfigTextFormat,
  ContentComparison,
  ContentError,
  ContentLimits,
  RenderedConfig,
} from '@binnacle/domain';
import type { ParsedContent } from '@binnacle/domain/parse-content';
import type { ContentAnswer, ContentTask } from '../configs/content-task.js';

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

/** What a promotion is planned from: documents as canonical JSON, lowest layer first. */
export interface PromotionTask {
  readonly kind: 'promote';
  /** Under the overlay. */
  readonly lower: readonly string[];
  /** Undefined while there is none, as is `text`: what its author wrote. */
  readonly overlay: string | undefined;
  readonly text: string | undefined;
  readonly format: 'json' | 'yaml';
  /** Of the environment that values are taken from. */
  readonly source: readonly string[];
  readonly pointers: readonly string[] | undefined;
}

/** The text of the overlay by which it comes about, in how many places it changed, and what changes by it. */
export type PromotionAnswer =
  | { readonly ok: true; readonly text: string; readonly edits: number; readonly diff: ContentComparison }
  | { readonly ok: false; readonly errors: readonly ContentError[] };

/** The answer of `GET …/config`, whose content is to be written in another format. */
export interface RenderTask {
  readonly kind: 'render';
  readonly body: string;
  readonly format: ConfigTextFormat;
}

export type CheckAnswer =
  | {
      readonly isSchemaValid: true;
      /** Of each content, in order. */
      readonly errors: readonly (readonly ContentError[])[];
      readonly warnings: readonly (readonly ContentError[])[];
    }
  | { readonly isSchemaValid: false; readonly errors: readonly ContentError[] };

export type ValidatorTask = ContentTask | ParseTask | CheckTask | PromotionTask | RenderTask;
export type ValidatorAnswer = ContentAnswer | ParsedContent | CheckAnswer | PromotionAnswer | RenderedConfig;

/** What a validator process is sent, and what it answers: in order, one at a time. */
export type ValidatorReply =
  | { readonly isDone: true; readonly answer: ValidatorAnswer }
  | { readonly isDone: false; readonly message: string };
