import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Problem } from '@binnacle/contracts';
import { LargeBodies } from '../../dist/http/large-bodies.js';

let bodies: LargeBodies;
beforeEach(() => {
  bodies = new LargeBodies();
});
afterEach(() => bodies.close());

const parse = (text: string, workspaceId = 'w') => bodies.parse(workspaceId, Buffer.from(text));
const filled = (json: string) => json + ' '.repeat(300_000);

it('gives what JSON.parse gives, of few values and of many', async () => {
  const few = { text: '"\\'.repeat(200_000), odd: [1.5, null, true, -1e-7], 'é\u{1f600}': {} };
  const many = Array.from({ length: 20_000 }, (_, index) => ({ index, text: `é${index}` }));
  expect(await parse(JSON.stringify(few))).toEqual(few);
  expect(await parse(JSON.stringify(many))).toEqual(many);
  // A small one lies in memory that others use as well.
  expect(await parse('{"a":1}')).toEqual({ a: 1 });
});

it.each([
  ['{"a":', 'not right'],
  ['{"a":1,"a":2}', 'not right'],
  ['{"__proto__":{"polluted":true}}', '__proto__'],
  ['{"constructor":{"prototype":{"polluted":true}}}', 'constructor.prototype'],
  ['{"a":"\\ud800"}', 'surrogate'],
  [`${'['.repeat(300)}${']'.repeat(300)}`, 'deeper than'],
  [`[${'1,'.repeat(100_001)}1]`, 'more than'],
])('refuses %.40s', async (json, detail) => {
  await expect(parse(filled(json))).rejects.toThrow(detail);
  await expect(parse(filled(json))).rejects.toMatchObject({ code: 'malformed_request' });
});

it('refuses what is no UTF-8', async () => {
  await expect(bodies.parse('w', Buffer.alloc(300_000, 0xc3))).rejects.toThrow('not valid UTF-8');
});

it('lets others have their turn meanwhile', async () => {
  const text = `{"files":[{"path":"a","content":"${'\\"'.repeat(8_000_000)}"}]}`;
  const bytes = Buffer.from(text);
  await parse(filled('{}'));
  let isOver = false;
  const parsed = bodies.parse('w', bytes).finally(() => (isOver = true));
  let longestMs = 0;
  let before = process.threadCpuUsage();
  while (!isOver) {
    await setImmediate();
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1_000);
    before = process.threadCpuUsage();
  }
  expect(await parsed).toEqual(JSON.parse(text));
  expect(longestMs).toBeLessThan(50);
});

it('refuses what there is no room for of the flood of one workspace, and serves others beside it', async () => {
  const flood = Array.from({ length: 80 }, () => parse(filled('[1]'), 'loud'));
  const settled = Promise.allSettled(flood);
  await expect(parse(filled('[2]'), 'quiet')).resolves.toEqual([2]);
  const refused = (await settled).filter((outcome) => outcome.status === 'rejected');
  // One is under way, and 64 wait.
  expect(refused).toHaveLength(15);
  for (const { reason } of refused) expect(Problem.isInstance(reason) && reason.code).toBe('busy');
});
