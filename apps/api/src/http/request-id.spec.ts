import { expect, it } from 'vitest';
import { makeRequestId, shownRequestId } from './request-id.js';

const OWN = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const made = (given?: string) =>
  makeRequestId({ headers: given === undefined ? {} : { 'x-request-id': given } });

it('is our own, and shown as it is, when the sender gave none or one that may do harm', () => {
  for (const given of [undefined, '', 'a b <script>', 'x'.repeat(65), 'a/b', 'client\n']) {
    const id = made(given);
    expect(id).toMatch(OWN);
    expect(shownRequestId(id)).toBe(id);
  }
});

it('never is what the sender says, but holds it: two requests of one name, or of the name of an id of ours, differ', () => {
  const [first, second] = [made('ci-42'), made('ci-42')];
  expect(first).not.toBe(second);
  const ours = made();
  for (const [id, given] of [
    [first, 'ci-42'],
    [second, 'ci-42'],
    [made(ours), ours],
    [made('x'.repeat(64)), 'x'.repeat(64)],
  ] as const) {
    const [own, rest] = id.split('/');
    expect(own).toMatch(OWN);
    expect(own).not.toBe(ours);
    expect(rest).toBe(given);
    expect(shownRequestId(id)).toBe(given);
  }
});
