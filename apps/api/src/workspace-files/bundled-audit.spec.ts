import type { AuditRecord, Mutation } from '@binnacle/store';
import { describe, expect, it } from 'vitest';
import { BundledAudit } from './bundled-audit.js';

function audited(records: readonly AuditRecord[]): AuditRecord[] {
  const written: AuditRecord[] = [];
  const mutation = { audit: (record: AuditRecord) => written.push(record) } as unknown as Mutation;
  const audit = new BundledAudit(mutation, 'the-set');
  for (const record of records) audit.bundling.audit(record);
  expect(written).toEqual([]);
  audit.finish();
  return written;
}

function published(service: string, count: number): AuditRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    action: 'document.publish',
    target: `document:${service}/${index}`,
    service,
    environment: `e${index}`,
    detail: { version: 1, hash: 'h', diff: 'large' },
  }));
}

const CREATED: AuditRecord = { action: 'environment.create', target: 'environment:e', environment: 'e' };

describe('the audit of an import', () => {
  it('has an entry for each of a few things', () => {
    const records = [CREATED, ...published('a', 199)];
    expect(audited(records)).toEqual(records);
  });

  it('has an entry for each service when they are many, with the versions that came to be', () => {
    const [created, ofA, ofB, ...others] = audited([CREATED, ...published('a', 150), ...published('b', 50)]);
    expect(created).toEqual(CREATED);
    expect(ofA).toMatchObject({ action: 'workspace.import', target: 'service:a', service: 'a' });
    expect(ofB?.detail).toMatchObject({ changeSet: 'the-set' });
    const entries = ofB?.detail?.['entries'] as object[];
    expect(entries).toHaveLength(50);
    const first = {
      action: 'document.publish',
      target: 'document:b/0',
      environment: 'e0',
      version: 1,
      hash: 'h',
    };
    expect(entries[0]).toEqual(first);
    expect(others).toEqual([]);
  });

  it('names the services that are too many for entries of their own', () => {
    const records = Array.from({ length: 250 }, (_, index) => published(`s${index}`, 1)).flat();
    const written = audited(records);
    expect(written).toHaveLength(201);
    expect(written.at(-1)?.detail?.['otherServices']).toHaveLength(50);
  });
});
