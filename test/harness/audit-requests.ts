import type { AuditEntryBody } from '@binnacle/contracts';
import { expect } from 'vitest';
import type { PlaneRequests } from './request.js';

/** Newest first, at most 200; `query` begins with `&`. */
export async function readAudit(requests: PlaneRequests, query = ''): Promise<AuditEntryBody[]> {
  const { body } = await requests.get(`/audit?limit=200${query}`).expect(200);
  return (body as { items: AuditEntryBody[] }).items;
}

export interface AuditExport {
  /** Oldest first. */
  readonly entries: readonly AuditEntryBody[];
  /** The last line. */
  readonly end: Readonly<Record<string, unknown>>;
}

export async function exportAudit(requests: PlaneRequests, query = ''): Promise<AuditExport> {
  const { text, type } = await requests
    .get(`/audit/export${query}`)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    })
    .expect(200)
    .then((response) => ({ text: (response.body as Buffer).toString('utf8'), type: response.type }));
  expect(type).toBe('application/x-ndjson');
  expect(text.endsWith('\n')).toBe(true);
  const lines = text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntryBody);
  const end = lines.pop() as unknown as Record<string, unknown>;
  return { entries: lines, end };
}
