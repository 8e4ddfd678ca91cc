import type { ContentFormat } from '@binnacle/domain/parse-content';
import { keptSlot } from '../../shell/kept-in-browser';

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

/** Where unsaved text survives a reload, until its person signs out: this browser, under the person, the workspace and the document. */
export interface KeptTexts {
  /** False when the browser has no room, or lets nothing be kept; or the person has signed out. */
  keep(text: KeptText): boolean;
  read(): KeptText | undefined;
  forget(): void;
}

/** @param owner who and where, such as `default/ann@example.com/orders/base` */
export function keptTextsOf(owner: string, storage?: () => Storage): KeptTexts {
  const slot = keptSlot(owner, storage);
  return {
    keep: (text) => slot.write(JSON.stringify(text)),
    read() {
      const found = slot.read();
      return found === undefined ? undefined : parseKept(found);
    },
    forget: () => slot.forget(),
  };
}

/** Undefined for what another release of the console may have written. */
function parseKept(text: string): KeptText | undefined {
  const value = parsed(text) as Partial<Record<keyof KeptText, unknown>> | null | undefined;
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
