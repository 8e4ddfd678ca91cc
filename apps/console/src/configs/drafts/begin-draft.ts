import { DraftKeeper } from './draft-keeper';
import type { DraftPort } from './draft-state';
import type { KeptText, KeptTexts } from './kept-texts';
import { openDocument, type Opening, type OpenedWith } from './open-document';

/** A keeper at work, what it began with, and unsaved text of earlier that did not fit. */
export interface BegunDraft {
  readonly keeper: DraftKeeper;
  readonly opening: Opening;
  readonly leftover: KeptText | undefined;
  /** Unsaved text of earlier while nobody chose yet what becomes of the draft. */
  readonly waiting: KeptText | undefined;
}

/**
 * Begins to keep a draft. Unsaved text of an earlier visit that does not fit is put aside, so that what is typed now does
 * not take its place.
 */
export function beginDraft(
  port: DraftPort,
  kept: KeptTexts,
  aside: KeptTexts,
  opened: Omit<OpenedWith, 'kept'>,
): BegunDraft {
  const found = kept.read();
  const { opening, leftover } = openDocument({ ...opened, kept: found });
  // Only a draft that nobody chose yet may still be what it fits.
  if (leftover !== undefined && opening.kind !== 'choose' && aside.keep(leftover)) kept.forget();
  const keeper = new DraftKeeper(port, kept, {
    synced: opening.synced,
    ...(opening.kind === 'draft' ? { draft: opening.draft } : {}),
    ...(opening.kind === 'choose' || opening.text === undefined ? {} : { text: opening.text }),
  });
  const earlier = leftover ?? aside.read();
  return opening.kind === 'choose'
    ? { keeper, opening, leftover: undefined, waiting: found ?? earlier }
    : { keeper, opening, leftover: earlier, waiting: undefined };
}

/** The draft ends that nobody chose yet: unsaved text of earlier waits to be brought in, instead of taking its place. */
export function putAside(kept: KeptTexts, aside: KeptTexts): void {
  const found = kept.read();
  if (found !== undefined && aside.keep(found)) kept.forget();
}
