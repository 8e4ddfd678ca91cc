import type { DraftBody, DraftSummaryBody, EndedDraftBody } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import type { DraftState } from '../drafts/draft-state';
import { endTitle, noticeOf, shownState } from './notices';

const AT_MS = 1_000;
const DRAFT = { etag: '"draft-1"', updatedAt: '2026-11-23T04:00:00.000Z' } as DraftBody;
const NEWER = { etag: '"draft-2"', updatedAt: '2026-11-23T04:01:00.000Z', author: 'ben' } as DraftSummaryBody;

function stateWith(change: Partial<DraftState>): DraftState {
  const text = { source: '', format: 'yaml' as const };
  const synced = { ...text, draftEtag: DRAFT.etag, baseVersion: 3 };
  return { save: { kind: 'saved', atMs: AT_MS }, text, synced, draft: DRAFT, ...change };
}
const onLive = stateWith({
  save: { kind: 'untouched' },
  draft: undefined,
  synced: { source: '', format: 'yaml', draftEtag: undefined, baseVersion: 3 },
});
const now = (version: number, draft?: DraftSummaryBody) => ({ version, author: 'ben', draft });

describe('noticeOf', () => {
  it.each([
    ['nothing, when all is as it was', stateWith({}), now(3, DRAFT), undefined],
    ['a newer version', stateWith({}), now(4, DRAFT), 'newer-version'],
    ['a newer version before there is a draft', onLive, now(4), 'newer-version'],
    ['a draft that somebody saved', stateWith({}), now(3, NEWER), 'newer-draft'],
    ['a draft that somebody began', onLive, now(3, NEWER), 'draft-began'],
    ['a draft that is gone', stateWith({}), now(4), 'draft-gone'],
    ['nothing, while a save is under way', stateWith({ save: { kind: 'saving' } }), now(4, NEWER), undefined],
    ['a refusal', stateWith({ save: { kind: 'refused', error: new Error('no') } }), now(3, DRAFT), 'refused'],
  ])('tells of %s', (_, state, seen, kind) => {
    expect(noticeOf(state, seen, AT_MS + 1)?.kind).toBe(kind);
  });

  it('does not take an answer from before its own first save for a draft that is gone', () => {
    expect(noticeOf(stateWith({}), now(3), AT_MS - 1)).toBeUndefined();
  });

  it('does not take the draft from before its own last save for a newer one', () => {
    const saved = { ...DRAFT, etag: '"draft-3"', updatedAt: '2026-11-23T04:02:00.000Z' };
    const state = stateWith({ draft: saved, synced: { ...stateWith({}).synced, draftEtag: saved.etag } });
    expect(noticeOf(state, now(3, NEWER), AT_MS + 1)).toBeUndefined();
  });
});

describe('a draft that is gone', () => {
  const ended = (outcome: EndedDraftBody['outcome'], version: number | null) =>
    ({ outcome, version, endedBy: 'user:ben@example.org' }) as EndedDraftBody;

  it('is told as what became of it', () => {
    expect(endTitle(ended('discarded', null))).toBe('ben@example.org discarded this draft');
    expect(endTitle(ended('published', 2))).toBe('ben@example.org published this draft as v2');
    expect(endTitle({ outcome: 'gone' })).toBe('This draft is gone');
  });

  it('is not called saved, and cannot be discarded', () => {
    const state = stateWith({});
    expect(shownState(state, noticeOf(state, now(3), AT_MS + 1))).toMatchObject({
      save: { kind: 'untouched' },
      draft: undefined,
    });
    expect(shownState(state, noticeOf(state, now(4, DRAFT), AT_MS + 1))).toBe(state);
  });
});

it('tells a draft that took the place of mine from one that somebody saved', () => {
  const theirs = (createdAt: string) =>
    stateWith({
      draft: { ...DRAFT, createdAt: '2026-11-23T04:00:00.000Z' },
      save: { kind: 'conflict', theirs: { kind: 'draft', draft: { ...DRAFT, createdAt } } },
    });
  expect(noticeOf(theirs('2026-11-23T04:00:00.000Z'), undefined, 0)).toMatchObject({ isAnother: false });
  expect(noticeOf(theirs('2026-11-23T04:05:00.000Z'), undefined, 0)).toMatchObject({ isAnother: true });
});
