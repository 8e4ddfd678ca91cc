import { describe, expect, it } from 'vitest';
import { MAX_SECRET_BYTES, putSecretSchema } from './secret.js';

const CANARY = 'canary-5b1e';

describe('the value of a secret', () => {
  it.each<[string, unknown]>([
    ['is a text', { value: CANARY }],
    ['has any characters', { value: ' \0\n\u{1F511} ' }],
    ['is as long as it may be', { value: 'x'.repeat(MAX_SECRET_BYTES) }],
    ['is as long as it may be in UTF-8', { value: 'é'.repeat(MAX_SECRET_BYTES / 2) }],
  ])('%s', (_what, body) => {
    expect(putSecretSchema.parse(body)).toEqual(body);
  });

  it.each<[string, unknown]>([
    ['nothing', { value: '' }],
    ['half of a surrogate pair', { value: `${CANARY}\ud800` }],
    ['too long', { value: `${CANARY}${'x'.repeat(MAX_SECRET_BYTES)}` }],
    ['too long in UTF-8', { value: `${CANARY}${'é'.repeat(MAX_SECRET_BYTES / 2)}` }],
    ['a list', { value: [CANARY] }],
    ['a value with a note', { value: 'x', note: CANARY }],
    ['a value by another name', { [CANARY]: 'x' }],
    ['a text for a body', CANARY],
  ])('is not %s, and what is said of it does not repeat it', (_what, body) => {
    const { error } = putSecretSchema.safeParse(body);
    expect(error?.issues.length).toBeGreaterThan(0);
    expect(JSON.stringify(error?.issues)).not.toContain(CANARY);
  });
});
