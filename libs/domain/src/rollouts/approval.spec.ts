import { describe, expect, it } from 'vitest';
import { decideRelease, refuseApproval, revisionState } from './approval.js';

describe('decideRelease', () => {
  it.each([
    { isProtected: false, isLive: false, isEmergency: false, decision: 'released' },
    { isProtected: false, isLive: false, isEmergency: true, decision: 'released' },
    { isProtected: true, isLive: false, isEmergency: false, decision: 'awaiting_approval' },
    { isProtected: true, isLive: false, isEmergency: true, decision: 'emergency' },
    { isProtected: true, isLive: true, isEmergency: false, decision: 'released' },
    { isProtected: true, isLive: true, isEmergency: true, decision: 'released' },
  ])('$decision when protected $isProtected, live $isLive, emergency $isEmergency', (given) => {
    expect(decideRelease(given, given, given.isEmergency)).toBe(given.decision);
  });
});

describe('refuseApproval', () => {
  const authors = ['user:ann', 'token:ci'];

  it('lets everybody approve but those who wrote a part of it', () => {
    expect(refuseApproval('pending', authors, ['user:bob'])).toBeUndefined();
    for (const author of authors)
      expect(refuseApproval('pending', authors, ['token:new', author])).toBe('own_change');
  });

  it('lets nobody decide twice', () => {
    for (const state of ['approved', 'rejected', 'superseded', 'emergency'] as const)
      for (const identity of ['user:bob', 'user:ann'])
        expect(refuseApproval(state, authors, [identity])).toBe('already_decided');
  });
});

describe('revisionState', () => {
  it('follows the approval', () => {
    const states = [undefined, 'pending', 'approved', 'emergency', 'superseded', 'rejected'] as const;
    expect(states.map(revisionState)).toEqual([
      'released',
      'awaiting_approval',
      'released',
      'released',
      'superseded',
      'rejected',
    ]);
  });
});
