import { auditEntrySchema, auditExportEndSchema } from '@binnacle/contracts';
import type { AuditEntryRecord } from '@binnacle/store';
import { expect, it } from 'vitest';
import { auditExportLines } from './audit-export.js';

function entry(number: number, detail = '{}'): AuditEntryRecord {
  return {
    number,
    at: new Date(0),
    actor: 'token:ci\n"',
    identity: 'token:1',
    via: 'token',
    credential: '1',
    address: '::1',
    requestId: 'r',
    outcome: 'done',
    action: 'service.change',
    target: 'service:\u2028',
    service: null,
    environment: null,
    detail,
    previousHash: '',
    hash: 'h',
  };
}

async function* batchesOf(...batches: AuditEntryRecord[][]): AsyncGenerator<AuditEntryRecord[], void> {
  yield* batches;
}

async function linesOf(batches: AsyncIterable<AuditEntryRecord[]>): Promise<unknown[]> {
  let text = '';
  for await (const part of auditExportLines(batches, { number: 9, hash: 'abc' }, () => {})) text += part;
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

it('gives a line for each entry, whatever it holds, and says at last that these are all', async () => {
  const lines = await linesOf(batchesOf([entry(1, '{"a":{"__proto__":1}}'), entry(2)], [entry(3)]));
  expect(lines).toHaveLength(4);
  for (const line of lines.slice(0, 3)) auditEntrySchema.parse(line);
  expect(JSON.stringify(lines[0])).toContain('{"a":{"__proto__":1}}');
  expect(auditExportEndSchema.parse(lines[3])).toEqual({
    complete: true,
    entries: 3,
    head: { number: 9, hash: 'abc' },
  });
});

it('has a last line also when there is nothing else', async () => {
  expect(await linesOf(batchesOf())).toEqual([
    { complete: true, entries: 0, head: { number: 9, hash: 'abc' } },
  ]);
});

it('shows a detail that somebody has broken as the text that it is', async () => {
  expect((await linesOf(batchesOf([entry(1, '{oops')])))[0]).toMatchObject({ detail: '{oops' });
});

it('asks for the next batch only when the reader asks for more', async () => {
  let asked = 0;
  async function* counting(): AsyncGenerator<AuditEntryRecord[], void> {
    for (;;) {
      asked += 1;
      yield [entry(asked)];
    }
  }
  const lines = auditExportLines(counting(), { number: 1, hash: '' }, () => {});
  await lines.next();
  await lines.next();
  expect(asked).toBe(2);
  await lines.return();
  expect(asked).toBe(2);
});
