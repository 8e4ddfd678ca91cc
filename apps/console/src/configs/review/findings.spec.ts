import { describe, expect, it } from 'vitest';
import { findingsOf } from './findings';

describe('findingsOf', () => {
  it('tells the same fault once, with its environments, and by its place in the document', () => {
    const message = 'must be an integer';
    expect(
      findingsOf([
        { pointer: '/content/pool/min', message, environment: 'dev' },
        { pointer: '/content/pool/min', message, environment: 'prod', service: 'orders' },
        { pointer: '/content', message: 'other' },
        { pointer: '/content/content', message, environment: 'dev' },
      ]),
    ).toEqual([
      { pointer: '/pool/min', message, places: ['dev', 'orders in prod'], isSyntax: false },
      { pointer: '', message: 'other', places: [], isSyntax: false },
      { pointer: '/content', message, places: ['dev'], isSyntax: false },
    ]);
  });
});
