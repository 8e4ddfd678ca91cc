import { describe, expect, it } from 'vitest';
import { MAX_CONTRIBUTORS, MAX_DOCUMENT_BYTES, Problem } from '@binnacle/contracts';
import type { Json, JsonObject } from '@binnacle/domain';
import type { DraftRecord } from '@binnacle/store';
import {
  checkBase,
  checkBeginning,
  checkDraft,
  contributorsWith,
  draftSource,
  mustTakeDraft,
} from './draft-rules.js';

const PLACE = { service: 'orders', layer: 'prod' };
const DRAFT: DraftRecord = {
  ...PLACE,
  etag: '0199',
  baseVersion: 3,
  publishedVersion: 3,
  format: 'json',
  source: '{}',
  bytes: 2,
  message: '',
  author: 'user:ann',
  contributors: [{ name: 'user:ann', identity: 'user:1' }],
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

/** The code of the problem that it throws; nothing when it throws none. */
function codeOf(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (error) {
    if (!Problem.isInstance(error)) throw error;
    return error.code;
  }
}

describe('a draft that is there', () => {
  it.each<[string | undefined, string]>([
    ['"draft-0199"', ''],
    ['W/"draft-0199"', ''],
    ['"3", "draft-0199"', ''],
    ['*', ''],
    [undefined, 'precondition_required'],
    ['"draft-0198"', 'version_conflict'],
    ['"3"', 'version_conflict'],
    ['draft-0199', 'invalid_request'],
  ])('takes If-Match %s: %s', (ifMatch, code) => {
    expect(codeOf(() => checkDraft(DRAFT, ifMatch))).toBe(code);
  });
});

describe('a draft that is begun', () => {
  it.each<[number, string | undefined, string]>([
    [0, undefined, ''],
    [0, '"0"', ''],
    [0, '*', 'version_conflict'],
    [0, '"1"', 'version_conflict'],
    [3, '"3"', ''],
    [3, '*', ''],
    [3, undefined, 'precondition_required'],
    [3, '"2"', 'version_conflict'],
    [3, '"draft-0199"', 'version_conflict'],
    [0, '"draft-0199"', 'version_conflict'],
    [3, '3', 'invalid_request'],
  ])('on version %i takes If-Match %s: %s', (published, ifMatch, code) => {
    expect(codeOf(() => checkBeginning(PLACE, published, ifMatch))).toBe(code);
  });

  it.each([
    [undefined, 'not_found'],
    [{ isArchived: false, hasEnvironment: false, publishedVersion: 0 }, 'not_found'],
    [{ isArchived: true, hasEnvironment: true, publishedVersion: 0 }, 'in_use'],
    [{ isArchived: false, hasEnvironment: true, publishedVersion: 0 }, ''],
  ])('at %j: %s', (standing, code) => {
    expect(codeOf(() => mustTakeDraft(standing, PLACE))).toBe(code);
  });

  it('is made on nothing newer than what is published', () => {
    expect(codeOf(() => checkBase(3, 3))).toBe('');
    expect(codeOf(() => checkBase(0, 0))).toBe('');
    expect(codeOf(() => checkBase(4, 3))).toBe('invalid_request');
  });
});

it('keeps a text as it is and writes an object in lines, as far as there is room', () => {
  expect(draftSource('{ "a":\t1 }')).toBe('{ "a":\t1 }');
  expect(draftSource({ a: 1 })).toBe('{\n  "a": 1\n}');
  const nested = (depth: number, inner: Json) =>
    Array.from({ length: depth }).reduce<JsonObject>((value) => ({ value }), { inner });
  const few = nested(18, 1);
  expect(draftSource(few)).toBe(JSON.stringify(few, null, 2));
  for (const compact of [
    nested(
      18,
      Array.from({ length: 60_000 }, () => 1),
    ),
    nested(190, 1),
  ])
    expect(draftSource(compact)).toBe(JSON.stringify(compact));
  expect(codeOf(() => draftSource('é'.repeat(MAX_DOCUMENT_BYTES / 2 + 1)))).toBe('payload_too_large');
});

it('remembers everybody who saved it once, and nobody is left out', () => {
  const bob = { name: 'user:bob', identity: 'user:2' };
  const both = contributorsWith(DRAFT, bob);
  expect(both).toEqual([...DRAFT.contributors, bob]);
  const renamed = { name: 'user:robert', identity: 'user:2' };
  expect(contributorsWith({ ...DRAFT, contributors: both }, renamed)).toEqual(both);
  const contributors = Array.from({ length: MAX_CONTRIBUTORS }, (_, index) => ({
    name: `${index}`,
    identity: `${index}`,
  }));
  expect(codeOf(() => contributorsWith({ ...DRAFT, contributors }, bob))).toBe('too_many');
  expect(contributorsWith({ ...DRAFT, contributors }, { name: '', identity: '7' })).toEqual(contributors);
});
