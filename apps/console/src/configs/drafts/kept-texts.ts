import type { ContentFormat } from '@binnacle/domain/parse-content';

/** Text that the server does not have yet, and what it was made on. */
export interface KeptText {
  readonly source: string;
  readonly format: ContentFormat;
  /** The text that it was made of, for a merge. */
  readonly base: string;
  readonly baseFormat: ContentFormat;
  readonly baseVersion: number;
  /** Of the draft that it continues; undefined when there was none. */
  readonly draftEtag: string | undefined;
  readonly atMs: number;
}

/** Where unsaved text survives a reload: this browser, under the person, the workspace and the document. */
export interface KeptTexts {
  /** False when the browser has no room, or lets nothing be kept. */
  keep(text: KeptText): boolean;
  read(): KeptText | undefined;
  forget(): void;
}

const PREFIX = 'binnacle-unsaved:';

/** @param owner who and where, such as `default/ann@example.com/orders/base` */
export function keptTextsOf(owner: string, storage: () => Storage = () => localStorage): KeptTexts {
  const key = PREFIX + owner;
  return {
    keep(text) {
      try {
        storage().setItem(key, JSON.stringify(text));
        return true;
      } catch {
        // Full or forbidden (private windows): the caller tells the person, who can copy the text.
        return false;
      }
    },
    read() {
      try {
        const found = storage().getItem(key);
        return found === null ? undefined : parseKept(found);
      } catch {
        return undefined;
      }
    },
    forget() {
      try {
        storage().removeItem(key);
      } catch {
        // Nothing could be kept there either.
      }
    },
  };
}

/** Undefined for what another release of the console may have written. */
function parseKept(text: string): KeptText | undefined {
  const value = JSON.parse(text) as Partial<Record<keyof KeptText, unknown>> | null;
  const isFormat = (format: unknown) => format === 'json' || format === 'yaml';
  const isKept =
    typeof value?.source === 'string' &&
    typeof value.base === 'string' &&
    typeof value.baseVersion === 'number' &&
    typeof value.atMs === 'number' &&
    isFormat(value.format) &&
    isFormat(value.baseFormat);
  return isKept ? ({ draftEtag: undefined, ...value } as KeptText) : undefined;
}
