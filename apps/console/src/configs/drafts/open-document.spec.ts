import type { DocumentBody, DraftBody } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import type { KeptText } from './kept-texts';
import { openDocument } from './open-document';

const LIVE = { version: 5, source: 'live: 5\n', format: 'yaml' } as DocumentBody;
const draftOn = (baseVersion: number) =>
  ({ source: 'draft: 1\n', format: 'yaml', etag: '"draft-1"', baseVersion }) as DraftBody;
const keptOn = (baseVersion: number, draftEtag?: string) =>
  ({ source: 'kept: 1\n', format: 'yaml', baseVersion, draftEtag }) as KeptText;

describe('openDocument', () => {
  it('begins on what is live, and with an empty document where nothing is', () => {
    expect(
      openDocument({ live: LIVE, draft: undefined, kept: undefined, wantsDraft: 'no' }).opening,
    ).toMatchObject({
      kind: 'live',
      synced: { source: 'live: 5\n', baseVersion: 5, draftEtag: undefined },
    });
    expect(
      openDocument({ live: undefined, draft: undefined, kept: undefined, wantsDraft: 'no' }).opening,
    ).toMatchObject({
      kind: 'live',
      synced: { source: '', baseVersion: 0 },
    });
  });

  it.each([
    ['no', 5, 'choose'],
    ['by-address', 5, 'draft'],
    ['by-address', 3, 'choose'],
    ['now', 3, 'draft'],
  ] as const)(
    'with a draft that is wanted %s and based on version %i: %s',
    (wantsDraft, baseVersion, kind) => {
      const { opening } = openDocument({
        live: LIVE,
        draft: draftOn(baseVersion),
        kept: undefined,
        wantsDraft,
      });
      expect(opening.kind).toBe(kind);
      expect(opening.synced.source).toBe(kind === 'draft' ? 'draft: 1\n' : 'live: 5\n');
    },
  );

  it('goes on with the unsaved text that this browser kept', () => {
    expect(openDocument({ live: LIVE, draft: undefined, kept: keptOn(5), wantsDraft: 'no' })).toMatchObject({
      opening: { kind: 'live', text: { source: 'kept: 1\n' } },
      leftover: undefined,
    });
    const kept = keptOn(5, '"draft-1"');
    expect(openDocument({ live: LIVE, draft: draftOn(5), kept, wantsDraft: 'by-address' })).toMatchObject({
      opening: { kind: 'draft', text: { source: 'kept: 1\n' } },
      leftover: undefined,
    });
  });

  it.each([
    ['something was published since', undefined, keptOn(4)],
    ['somebody saved the draft since', draftOn(5), keptOn(5, '"draft-0"')],
    ['the draft is gone', undefined, keptOn(5, '"draft-1"')],
  ])('does not show it as it is when %s', (_, draft, kept) => {
    const { opening, leftover } = openDocument({ live: LIVE, draft, kept, wantsDraft: 'now' });
    expect(opening.kind === 'choose' ? undefined : opening.text).toBeUndefined();
    expect(leftover).toBe(kept);
  });
});
