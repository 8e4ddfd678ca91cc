import { expect, it } from 'vitest';
import { readAuditDetail } from './audit-detail.js';

const OPERATIONS = [{ op: 'replace', path: '/owner', value: 'team-b' }];

it('takes the change out of what else an entry says', () => {
  const detail = { before: {}, diff: { truncated: true, total: 9, operations: OPERATIONS } };
  expect(readAuditDetail(detail)).toEqual({
    operations: OPERATIONS,
    isTruncated: true,
    rest: { before: {} },
  });
});

it.each([
  [null, {}],
  ['text', {}],
  [{ role: 'admin' }, { role: 'admin' }],
  [
    { diff: { operations: [{ op: 'move', path: '/a' }] } },
    { diff: { operations: [{ op: 'move', path: '/a' }] } },
  ],
])('leaves %j as it is', (detail, rest) => {
  expect(readAuditDetail(detail)).toEqual({ operations: undefined, isTruncated: false, rest });
});
