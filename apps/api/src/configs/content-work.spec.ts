import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_AUDIT_DIFF_BOUNDS, DEFAULT_CONTENT_LIMITS, recomposeConfig } from '@binnacle/domain';
import { ContentWork } from '../../dist/configs/content-work.js';
import { ValidatorPool } from '../../dist/validation/validator-pool.js';

/** Counts the tasks that went to another process. */
class WatchedPool extends ValidatorPool {
  tasks = 0;

  override work(...input: Parameters<ValidatorPool['work']>): ReturnType<ValidatorPool['work']> {
    this.tasks += 1;
    return super.work(...input);
  }
}

let pool: WatchedPool;
let work: ContentWork;
beforeAll(() => {
  pool = new WatchedPool();
  work = new ContentWork(pool);
});
afterAll(() => pool.close());

/** Of so many characters, and of a kind. */
const textOf = (characters: number, kind: number) => JSON.stringify({ kind, text: 'x'.repeat(characters) });

describe('what is done with contents', () => {
  it('is the same here and in another process', async () => {
    for (const characters of [100, 100_000]) {
      const before = pool.tasks;
      const content = { text: 'x'.repeat(characters), n: [1, 2] };
      const asObject = await work.prepare('w', content, 'json', DEFAULT_CONTENT_LIMITS);
      const asText = await work.prepare('w', JSON.stringify(content), 'json', DEFAULT_CONTENT_LIMITS);
      const canonical = `{"n":[1,2],"text":"${'x'.repeat(characters)}"}`;
      expect(asObject).toMatchObject({ ok: true, canonical, source: JSON.stringify(content, null, 2) });
      expect(asText).toMatchObject({ ok: true, canonical, source: JSON.stringify(content) });
      const { change, diff } = await work.compare('w', '{"n":1}', canonical, DEFAULT_AUDIT_DIFF_BOUNDS);
      expect(change.counts).toEqual({ added: 1, changed: 1, removed: 0 });
      expect(diff.total).toBe(2);
      expect((await work.show('w', undefined, canonical)).counts).toMatchObject({ added: 2 });
      expect(pool.tasks - before).toBe(characters > 1_000 ? 4 : 0);
    }
  });

  it('tells what is wrong with a large text where it is', async () => {
    const text = `{"a": 1, "long": "${'x'.repeat(100_000)}", "a": 2}`;
    const prepared = await work.prepare('w', text, 'json', DEFAULT_CONTENT_LIMITS);
    expect(prepared).toMatchObject({ ok: false, errors: [{ pointer: '/a' }] });
  });

  it('puts many configs together in some tasks, each in its place', async () => {
    const before = pool.tasks;
    const common = textOf(300_000, 0);
    const pairs = Array.from({ length: 12 }, (_, kind) => ({
      before: [common],
      after: [common, textOf(10, kind)],
    }));
    const configs = await work.recompose('w', pairs);
    expect(pool.tasks - before).toBeGreaterThan(1);
    expect(pool.tasks - before).toBeLessThan(pairs.length);
    const layers = (texts: readonly string[]) =>
      texts.map((text) => ({ label: '', content: JSON.parse(text) as { text: string } }));
    expect(configs).toEqual(pairs.map((pair) => recomposeConfig(layers(pair.before), layers(pair.after))));
  });

  it('parses YAML here only where it is short, and JSON up to what is usual', async () => {
    const tasksOf = async (text: string, format: 'json' | 'yaml') => {
      const before = pool.tasks;
      await work.prepare('w', text, format, DEFAULT_CONTENT_LIMITS);
      return pool.tasks - before;
    };
    const list = (members: number) => `a: [${'1,'.repeat(members)}1]`;
    expect(await tasksOf(list(1_000), 'yaml')).toBe(0);
    expect(await tasksOf(list(3_000), 'yaml')).toBe(1);
    expect(await tasksOf('- @\n'.repeat(3_000), 'yaml')).toBe(1);
    expect(await tasksOf(`{"a":[${'1,'.repeat(3_000)}1]}`, 'json')).toBe(0);
  });

  it('explains here only what is short, and refuses what would be many times as long', async () => {
    const explain = async (content: object) => {
      const before = pool.tasks;
      const layer = { label: 'base', document: 'orders/base', version: 1, isShown: true };
      const answer = await work.explain('w', [{ ...layer, canonical: JSON.stringify(content) }]);
      return { answer, tasks: pool.tasks - before };
    };
    const members = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 1]));
    const short = await explain({ a: 1 });
    expect(short).toMatchObject({ answer: { ok: true, layers: '{"/a":"base"}' }, tasks: 0 });
    expect(await explain({ ['k'.repeat(1_000)]: members(500) })).toMatchObject({
      answer: { ok: true },
      tasks: 1,
    });
    expect(await explain({ ['k'.repeat(15_000)]: members(2_000) })).toEqual({
      answer: { ok: false, detail: expect.stringContaining('more than 8388608 characters') as string },
      tasks: 1,
    });
  });

  it('has no work without configs', async () => {
    expect(await work.recompose('w', [])).toEqual([]);
  });
});
