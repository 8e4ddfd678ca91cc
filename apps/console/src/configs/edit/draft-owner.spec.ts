import { describe, expect, it } from 'vitest';
import { draftOwner } from './draft-owner';

const ANN = 'user:ann@example.org';
const BEN = 'user:ben@example.org';

describe('draftOwner', () => {
  it.each([
    ['of somebody who is away', BEN, [BEN], [], 'ben@example.org left a draft', ' '],
    ['of somebody who is here', BEN, [BEN], [BEN], 'ben@example.org has a draft open', ', saved '],
    ['of several', BEN, [ANN, BEN], [BEN], 'ben@example.org and 1 more have a draft open', ', saved '],
    ['of my own', ANN, [ANN], [BEN], 'Your draft', ', saved '],
    ['of my own with others', ANN, [BEN, ANN], [], 'Your draft, with 1 more', ', saved '],
  ])('names the draft %s', (_, author, contributors, others, title, before) => {
    expect(draftOwner({ author, contributors }, ANN, others)).toEqual({ title, before });
  });
});
