import type { DocumentBody, DraftBody, EndedDraftBody } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import { commonGround, draftEndOf } from './draft-end';
import type { DraftEnd, Theirs } from './draft-state';

const AT = '2026-11-23T04:00:00.000Z';
const LATER = '2026-11-23T04:01:00.000Z';
const draft = { createdAt: AT, updatedAt: AT } as DraftBody;
const endedAt = (at: string, outcome: EndedDraftBody['outcome'] = 'discarded') =>
  ({ outcome, endedAt: at, endedBy: 'ben' }) as EndedDraftBody;

describe('draftEndOf', () => {
  it('is how the one ended that ended after the last save', () => {
    expect(draftEndOf(draft, endedAt(LATER))).toMatchObject({ outcome: 'discarded', endedBy: 'ben' });
  });

  it.each([
    ['none ended', undefined],
    ['an earlier one ended', endedAt('2026-11-23T03:00:00.000Z')],
  ])('is unknown when %s', (_, newest) => {
    expect(draftEndOf(draft, newest)).toEqual({ outcome: 'gone' });
  });
});

describe('commonGround', () => {
  const live = (ended: DraftEnd | undefined): Theirs => ({
    kind: 'live',
    live: { version: 1 } as DocumentBody,
    ended,
  });
  const other = (createdAt: string): Theirs => ({ kind: 'draft', draft: { createdAt } as DraftBody });

  it.each([
    ['my draft was discarded', draft, live(endedAt(LATER)), 'published'],
    ['nobody knows how my draft ended', draft, live({ outcome: 'gone' }), 'published'],
    ['my draft was published', draft, live(endedAt(LATER, 'published')), 'saved'],
    ['somebody published before there was a draft', undefined, live(undefined), 'saved'],
    ['somebody saved my draft', draft, other(AT), 'saved'],
    ['somebody saved a draft first', undefined, other(AT), 'saved'],
    ['another draft took the place of mine', draft, other(LATER), 'published'],
  ])('when %s', (_, mine, theirs, ground) => {
    expect(commonGround({ draft: mine }, theirs)).toBe(ground);
  });
});
