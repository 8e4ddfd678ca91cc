import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkJournal } from '../harness/check-journal.js';
import { readDatabaseState } from '../harness/database-state.js';
import { Journal } from '../harness/journal.js';
import { Publisher } from '../harness/publisher.js';
import { register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const journal = new Journal();
let plane: Plane;
let publishers: Publisher[];

beforeAll(async () => {
  plane = await startPlane({ apis: 2 });
  const { adminToken: token } = plane;
  publishers = Array.from({ length: 50 }, (_, index) => {
    const url = () => plane.api(index % 2).url;
    return new Publisher({ name: `p${index}`, token, journal, url, requestTimeoutMs: 20_000 });
  });
});
afterAll(() => plane.stop());

it('lets one of fifty publishers on one base version win, round after round', async () => {
  await register(plane.request(), 'contended');
  const [first] = publishers;
  await first?.publish('contended', 'base', { round: 0 });
  for (let round = 1; round <= 4; round++) {
    const outcomes = await Promise.all(
      publishers.map((publisher, index) =>
        publisher.publishOver(`"${round}"`, 'contended', 'base', { round, publisher: index }),
      ),
    );
    const won = outcomes.filter(({ kind }) => kind === 'acknowledged');
    expect(won).toEqual([expect.objectContaining({ version: round + 1 })]);
    const lost = outcomes.filter(({ kind }) => kind === 'refused');
    expect(lost).toEqual(Array.from({ length: 49 }, () => ({ kind: 'refused', status: 412 })));
  }
});

it('gives every number once when all publish first versions and overlays at the same time', async () => {
  const admin = plane.request();
  await register(admin, 'crowded');
  const layers = ['base', 'dev', 'staging', 'prod'];
  await Promise.all(
    publishers.slice(0, 20).map(async (publisher, index) => {
      for (let round = 0; round < 3; round++)
        await publisher.publish('crowded', layers[index % 4] ?? 'base', { [`from${index}`]: round, round });
    }),
  );
  expect(journal.lines.filter((line) => line.kind === 'unknown')).toEqual([]);
});

it('does not deadlock when services that include each other are published at the same time', async () => {
  const admin = plane.request();
  for (const name of ['shared-a', 'shared-b']) await register(admin, name, { kind: 'shared' });
  await register(admin, 'user-one', { includes: ['shared-a', 'shared-b'] });
  await register(admin, 'user-two', { includes: ['shared-b', 'shared-a'] });
  const names = ['shared-a', 'shared-b', 'user-one', 'user-two'];
  await Promise.all(
    names.flatMap((name) =>
      publishers.slice(0, 4).map(async (publisher, index) => {
        for (let round = 0; round < 3; round++)
          await publisher.publish(name, 'base', { [name]: { index, round } });
      }),
    ),
  );
  expect(journal.lines.filter((line) => line.kind === 'unknown')).toEqual([]);
});

it('leaves no gap, no duplicate and nothing half done', async () => {
  const state = await readDatabaseState(plane.database);
  expect(checkJournal(journal.lines, state, { liveAgents: [] })).toEqual([]);
  expect(journal.count('acknowledged')).toBeGreaterThan(15);
  expect(journal.count('refused')).toBeGreaterThan(100);
});
