import type { DocumentBody, DraftBody } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import { beginDraft, putAside } from './begin-draft';
import type { DraftPort } from './draft-state';
import type { KeptText, KeptTexts } from './kept-texts';

const LIVE = { version: 1, source: 'live: 1\n', format: 'yaml' } as DocumentBody;
const THEIRS = { source: 'theirs: 1\n', format: 'yaml', etag: '"draft-1"', baseVersion: 1 } as DraftBody;
const MINE = { source: 'mine: 1\n', format: 'yaml', baseVersion: 1, draftEtag: undefined } as KeptText;

/** Nothing is asked of the server while a draft begins. */
const port = {} as DraftPort;

function slot(text?: KeptText): KeptTexts {
  let held = text;
  return {
    keep: (next) => {
      held = next;
      return true;
    },
    read: () => held,
    forget: () => (held = undefined),
  };
}

describe('the text of a first save that was lost', () => {
  it('is told of before anybody continues the draft that won, and waits to be merged after', () => {
    const [kept, aside] = [slot(MINE), slot()];
    const opened = { live: LIVE, draft: THEIRS };
    const looking = beginDraft(port, kept, aside, { ...opened, wantsDraft: 'no' });
    expect(looking).toMatchObject({ opening: { kind: 'choose' }, waiting: MINE, leftover: undefined });
    const working = beginDraft(port, kept, aside, { ...opened, wantsDraft: 'now' });
    expect(working).toMatchObject({ opening: { kind: 'draft' }, waiting: undefined, leftover: MINE });
    expect(working.keeper.state.text.source).toBe('theirs: 1\n');
  });

  it('does not take the place of that draft when it is discarded', () => {
    const [kept, aside] = [slot(MINE), slot()];
    putAside(kept, aside);
    const begun = beginDraft(port, kept, aside, { live: LIVE, draft: undefined, wantsDraft: 'no' });
    expect(begun).toMatchObject({ opening: { kind: 'live' }, leftover: MINE });
    expect(begun.keeper.state).toMatchObject({ save: { kind: 'untouched' }, text: { source: 'live: 1\n' } });
  });
});
