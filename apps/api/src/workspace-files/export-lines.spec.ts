import type { WorkspaceFileBody } from '@binnacle/contracts';
import type { WorkspaceContent } from '@binnacle/store';
import { expect, it } from 'vitest';
import { exportLines } from './export-lines.js';

const DESCRIPTION = {
  kind: 'service',
  displayName: null,
  description: 'x',
  owner: null,
  labels: { b: '2', a: '1' },
  includes: ['one', 'another'],
} as const;

function contentOf(documents: number, bytes: number): WorkspaceContent {
  return {
    environments: [{ name: 'dev', protected: true }],
    services: [{ name: 'orders', description: DESCRIPTION }],
    schemas: [{ service: 'orders', version: 3, bytes: 4 }],
    documents: Array.from({ length: documents }, (_, index) => ({
      service: 'orders',
      layer: `e${index}`,
      version: index + 1,
      format: 'yaml' as const,
      bytes,
    })),
  };
}

function texts(missing?: string) {
  const asked: number[] = [];
  return {
    asked,
    sources: async (_workspaceId: string, batch: readonly { layer: string; version: number }[]) => {
      asked.push(batch.length);
      return batch.map(({ layer, version }) => (layer === missing ? undefined : `v: ${version}\n`));
    },
    schemas: async () => ['{"const":1}'],
  };
}

async function linesOf(content: WorkspaceContent, from: ReturnType<typeof texts>): Promise<unknown[]> {
  const chunks: string[] = [];
  for await (const chunk of exportLines('default', from, content, () => undefined)) chunks.push(chunk);
  return chunks
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

it('writes what nobody said not at all, and labels in order', async () => {
  const [environments, service, schema, document, end] = await linesOf(contentOf(1, 10), texts());
  expect(JSON.parse((environments as WorkspaceFileBody).content)).toEqual({
    environments: [{ name: 'dev', protected: true }],
  });
  const { path, content } = service as WorkspaceFileBody;
  expect(path).toBe('services/orders/service.json');
  expect(JSON.stringify(JSON.parse(content))).toBe(
    '{"kind":"service","description":"x","labels":{"a":"1","b":"2"},"includes":["one","another"]}',
  );
  expect(schema).toEqual({ path: 'services/orders/schema.json', content: '{\n  "const": 1\n}\n' });
  expect(document).toEqual({ path: 'services/orders/e0.yaml', content: 'v: 1\n' });
  expect(end).toEqual({ complete: true, files: 4 });
});

it('reads texts a bounded part at a time, by their number and by their size', async () => {
  const many = texts();
  expect(await linesOf(contentOf(250, 1), many)).toHaveLength(254);
  expect(many.asked).toEqual([100, 100, 50]);
  const large = texts();
  await linesOf(contentOf(5, 1_000_000), large);
  expect(large.asked).toEqual([2, 2, 1]);
});

it('breaks off, and does not say that it is complete, when a version was deleted meanwhile', async () => {
  await expect(linesOf(contentOf(3, 1), texts('e1'))).rejects.toThrow('deleted meanwhile');
});
