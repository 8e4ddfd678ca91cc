import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '@binnacle/client';
import { type DraftBody, Problem } from '@binnacle/contracts';
import { type Json, mergeThreeWay } from '@binnacle/domain';
import { createToken, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

const PEOPLE = 50;
/** Everybody here has one address. */
const WITHOUT_LIMITS = { BINNACLE_RATE_PER_ADDRESS: '0', BINNACLE_RATE_PER_TOKEN: '0' };
let plane: Plane;
let people: Client[];
let publishers: Client[];
let first: DraftBody;

beforeAll(async () => {
  plane = await startPlane({ apis: 2, environment: WITHOUT_LIMITS });
  const admin = plane.request();
  await register(admin, 'crowd');
  await publish(admin, 'crowd', 'base', { people: {} });
  const join = async (index: number, role: string) => {
    const { token } = await createToken(admin, role);
    return createClient({ url: plane.api(index % 2).url, token, timeoutMs: 20_000 });
  };
  people = [];
  publishers = [];
  for (let index = 0; index < PEOPLE; index++) people.push(await join(index, 'editor'));
  for (let index = 0; index < 10; index++) publishers.push(await join(index, 'publisher'));
  const [one] = publishers;
  if (one === undefined) throw new Error('nobody may publish');
  first = await one.drafts.save('crowd', 'base', { content: { people: {} } }, { basedOn: 1 });
});
afterAll(() => plane.stop());

const read = async (index = 0): Promise<DraftBody> => (people[index] as Client).drafts.read('crowd', 'base');

describe('fifty people on one draft', () => {
  it('save at once: one wins, and all the others are told', async () => {
    const outcomes = await Promise.allSettled(
      people.map((client, index) =>
        client.drafts.save(
          'crowd',
          'base',
          { content: { people: {}, first: index } },
          { basedOn: first.etag },
        ),
      ),
    );
    const won = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'version_conflict' });
    const draft = await read(1);
    expect(JSON.parse(draft.source)).toEqual({ people: {}, first: won[0] });
    expect(draft.contributors).toHaveLength(2);
  });

  it('merge and save again: nobody takes the place of another, and nothing is lost', async () => {
    const steps: { readonly from: string; readonly to: string }[] = [];
    await Promise.all(
      people.map(async (client, index) => {
        let { etag, source } = await client.drafts.read('crowd', 'base');
        const base = JSON.parse(source) as { people: object };
        let mine: Json = { ...base, people: { ...base.people, [`person-${index}`]: index } };
        let before: Json = JSON.parse(source) as Json;
        for (;;) {
          try {
            const saved = await client.drafts.save(
              'crowd',
              'base',
              { content: mine as Record<string, Json> },
              { basedOn: etag },
            );
            steps.push({ from: etag, to: saved.etag });
            // What is answered is what this person saved, whoever saved after him.
            expect(JSON.parse(saved.source)).toEqual(mine);
            return;
          } catch (error) {
            if (!Problem.isInstance(error) || error.code !== 'version_conflict') throw error;
            ({ etag, source } = await client.drafts.read('crowd', 'base'));
            const theirs = JSON.parse(source) as Json;
            const { merged, conflicts } = mergeThreeWay(before, mine, theirs);
            expect(conflicts).toEqual([]);
            [mine, before] = [merged, theirs];
          }
        }
      }),
    );
    const draft = await read();
    const { people: saved } = JSON.parse(draft.source) as { people: Record<string, number> };
    const everybody = Array.from({ length: PEOPLE }, (_, index) => [`person-${index}`, index]);
    expect(saved).toEqual(Object.fromEntries(everybody));
    expect(draft.contributors).toHaveLength(PEOPLE + 1);
    expect(new Set(steps.map(({ from }) => from)).size).toBe(PEOPLE);
    expect(new Set(steps.map(({ to }) => to)).size).toBe(PEOPLE);
    const next = new Map(steps.map(({ from, to }) => [from, to]));
    const [start] = steps.map(({ from }) => from).filter((etag) => !steps.some(({ to }) => to === etag));
    let [at, length] = [start, 0];
    for (; at !== undefined && next.has(at); length++) at = next.get(at);
    expect([at, length]).toEqual([draft.etag, PEOPLE]);
  });

  it('publish at once: one version, with everybody in it', async () => {
    const { etag } = await read();
    const outcomes = await Promise.allSettled(
      publishers.map((client) => client.drafts.publish('crowd', 'base', etag, { confirm: true })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      // Who comes when it is published finds no draft.
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'not_found' });
    const { documents, drafts } = people[1] as Client;
    const version = await documents.read('crowd', 'base');
    expect(version).toMatchObject({ version: 2, change: { added: PEOPLE + 1, changed: 0, removed: 0 } });
    expect(version.contributors.length).toBeGreaterThanOrEqual(PEOPLE);
    expect((await drafts.ended('crowd', 'base')).items).toEqual([
      expect.objectContaining({ outcome: 'published', version: 2, endedBy: version.author }),
    ]);
  });
});
