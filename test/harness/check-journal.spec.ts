import { describe, expect, it } from 'vitest';
import { canonicalHash } from './canonical-hash.js';
import { checkJournal, type PromiseName } from './check-journal.js';
import type { DatabaseState } from './database-state.js';
import type { AppliedLine, JournalLine } from './journal.js';

const EPOCH = 'epoch-1';
const contents = [{ limit: 1 }, { limit: 2 }, { limit: 3 }];
const hashOf = (number: number) => canonicalHash(contents[number - 1]);
const revisionsOf = (number: number) => [{ service: 'shop', environment: 'prod', revision: number }];

function appliedLine(revision: number, changes: Partial<AppliedLine> = {}): AppliedLine {
  const hash = hashOf(revision);
  const pair = { service: 'shop', environment: 'prod' };
  return {
    kind: 'applied',
    agent: 'a',
    ...pair,
    atMs: revision,
    epoch: EPOCH,
    revision,
    hash,
    contentHash: hash,
    source: 'plane',
    ...changes,
  };
}

/** Three acknowledged publishes, one refused and one of which nobody knows; an agent saw the first and the last. */
function goodLines(): JournalLine[] {
  const attempt = (id: string, hash: string): JournalLine => ({
    kind: 'attempt',
    attempt: id,
    atMs: 0,
    service: 'shop',
    layer: 'base',
    hash,
  });
  return [
    ...[1, 2, 3].flatMap((number): JournalLine[] => [
      attempt(`p${number}`, hashOf(number)),
      {
        kind: 'acknowledged',
        attempt: `p${number}`,
        atMs: 1,
        version: number,
        revisions: revisionsOf(number),
      },
    ]),
    attempt('late', canonicalHash({ limit: 9 })),
    { kind: 'refused', attempt: 'late', atMs: 1, status: 412 },
    attempt('cut', canonicalHash({ limit: 10 })),
    { kind: 'unknown', attempt: 'cut', atMs: 1, reason: 'socket hang up' },
    appliedLine(1),
    appliedLine(3),
    { kind: 'reads', agent: 'a', count: 1_000, slowestMs: 0.2 },
  ];
}

function goodState(): DatabaseState {
  const numbers = [1, 2, 3];
  const rows = numbers.map((number) => ({
    service: 'shop',
    number,
    hash: hashOf(number),
    content: JSON.stringify(contents[number - 1]),
  }));
  return {
    epoch: EPOCH,
    versions: rows.map((row) => ({ ...row, layer: 'base' })),
    documents: [{ service: 'shop', layer: 'base', current: 3 }],
    revisions: rows.map((row) => ({ ...row, environment: 'prod' })),
    heads: [{ service: 'shop', environment: 'prod', revision: 3, hash: hashOf(3) }],
    audits: numbers.map((version) => ({
      target: 'document:shop/base',
      detail: { version, hash: hashOf(version), revisions: revisionsOf(version) },
    })),
    changes: numbers.map(() => ({ service: 'shop', environment: 'prod' })),
  };
}

function check(lines: readonly JournalLine[], state: DatabaseState, liveAgents = ['a']) {
  return checkJournal(lines, state, { liveAgents });
}

it('has nothing to say of a good journal', () => {
  expect(check(goodLines(), goodState())).toEqual([]);
});

it('takes an unknown publish both ways', () => {
  const state = goodState();
  const hash = canonicalHash({ limit: 10 });
  const row = { service: 'shop', number: 4, hash, content: '{"limit":10}' };
  const arrived: DatabaseState = {
    ...state,
    versions: [...state.versions, { ...row, layer: 'base' }],
    documents: [{ service: 'shop', layer: 'base', current: 4 }],
    revisions: [...state.revisions, { ...row, environment: 'prod' }],
    heads: [{ service: 'shop', environment: 'prod', revision: 4, hash }],
    audits: [
      ...state.audits,
      { target: 'document:shop/base', detail: { version: 4, hash, revisions: revisionsOf(4) } },
    ],
    changes: [...state.changes, { service: 'shop', environment: 'prod' }],
  };
  const saw = appliedLine(1, { revision: 4, hash, contentHash: hash, atMs: 9 });
  expect(check([...goodLines(), saw], arrived)).toEqual([]);
});

/** Every way in which the database can break a promise: what is changed, and which promise that breaks. */
const brokenStates: readonly [string, PromiseName, (state: DatabaseState) => Partial<DatabaseState>][] = [
  ['an acknowledged version is missing', 'durable', ({ versions }) => ({ versions: versions.slice(0, 2) })],
  [
    'an acknowledged revision is missing',
    'durable',
    ({ revisions }) => ({ revisions: revisions.slice(0, 2) }),
  ],
  ['an audit entry is missing', 'durable', ({ audits }) => ({ audits: audits.slice(1) })],
  ['a change notice is missing', 'durable', ({ changes }) => ({ changes: changes.slice(1) })],
  [
    'a number is skipped',
    'durable',
    ({ revisions }) => ({ revisions: revisions.filter((row) => row.number !== 2) }),
  ],
  [
    'a number comes twice',
    'durable',
    ({ revisions }) => ({ revisions: [...revisions, ...revisions.filter((row) => row.number === 2)] }),
  ],
  [
    'the head stands behind',
    'durable',
    ({ heads }) => ({ heads: heads.map((head) => ({ ...head, revision: 2 })) }),
  ],
  [
    'a document stands behind',
    'durable',
    ({ documents }) => ({ documents: documents.map((document) => ({ ...document, current: 2 })) }),
  ],
  [
    'an audit entry is about a version that is not there',
    'durable',
    ({ audits }) => ({
      audits: [...audits, { target: 'document:shop/base', detail: { version: 4, hash: 'x', revisions: [] } }],
    }),
  ],
  [
    'a refused content is there',
    'durable',
    ({ versions }) => ({
      versions: [
        ...versions,
        {
          service: 'shop',
          layer: 'base',
          number: 4,
          hash: canonicalHash({ limit: 9 }),
          content: '{"limit":9}',
        },
      ],
    }),
  ],
  [
    'an acknowledged content is there twice',
    'durable',
    ({ versions }) => ({
      versions: [...versions, ...versions.slice(2).map((row) => ({ ...row, number: 4 }))],
    }),
  ],
  [
    'a stored content does not match its hash',
    'authentic',
    ({ revisions }) => ({ revisions: revisions.map((row) => ({ ...row, content: '{"limit":7}' })) }),
  ],
];

/** Every way in which agents can see a promise broken. */
const brokenLines: readonly [string, PromiseName, JournalLine][] = [
  ['an older revision is applied', 'forward only', appliedLine(2, { atMs: 9 })],
  ['a revision is applied again', 'forward only', appliedLine(3, { atMs: 9 })],
  ['an epoch comes back', 'forward only', appliedLine(3, { atMs: 9, epoch: 'epoch-0' })],
  ['an agent stays behind', 'convergent', appliedLine(2, { agent: 'b' })],
  ['a content was never published', 'authentic', appliedLine(3, { agent: 'b', hash: 'x', contentHash: 'x' })],
  [
    'a content is not what its hash says',
    'authentic',
    appliedLine(3, { agent: 'b', contentHash: hashOf(1) }),
  ],
  [
    'a read throws',
    'never in the way',
    { kind: 'reads', agent: 'a', count: 1, slowestMs: 0, thrown: 'Error' },
  ],
  ['a read blocks', 'never in the way', { kind: 'reads', agent: 'a', count: 1, slowestMs: 3_000 }],
  [
    'an acknowledgement has no attempt',
    'durable',
    { kind: 'acknowledged', attempt: 'nobody', atMs: 1, version: 1, revisions: [] },
  ],
];

describe('sees it when', () => {
  it.each(brokenStates)('%s', (_what, promise, breakIt) => {
    const state = goodState();
    const found = check(goodLines(), { ...state, ...breakIt(state) });
    expect(found.map((violation) => violation.promise)).toContain(promise);
  });

  it.each(brokenLines)('%s', (_what, promise, line) => {
    const found = check(
      [...goodLines(), line],
      goodState(),
      ['a', 'b'].slice(0, 'agent' in line && line.agent === 'b' ? 2 : 1),
    );
    expect(found.map((violation) => violation.promise)).toContain(promise);
  });

  it('an agent that lives has applied nothing', () => {
    expect(check(goodLines(), goodState(), ['a', 'b']).map(({ promise }) => promise)).toEqual(['convergent']);
  });
});
