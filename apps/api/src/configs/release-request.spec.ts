import type { PlannedRevision } from '@binnacle/domain';
import type { AuditRecord, SqlMutation } from '@binnacle/store';
import { expect, test } from 'vitest';
import { auditOthers, type ReleaseRequest } from './release-request.js';

const request: ReleaseRequest = {
  places: [{ service: 'common', layer: 'base' }],
  grants: [],
  target: 'document:common/base',
  before: { sources: new Map(), documents: new Map() },
};

function entriesOf(services: readonly string[], environments = ['prod']): AuditRecord[] {
  const entries: AuditRecord[] = [];
  const mutation = { audit: (entry: AuditRecord) => entries.push(entry) } as unknown as SqlMutation;
  const revisions = services.flatMap((service) =>
    environments.map((environment, revision) => ({ service, environment, revision }) as PlannedRevision),
  );
  auditOthers(mutation, request, revisions);
  return entries;
}

test('an entry for each other service, with what was made there', () => {
  expect(entriesOf(['common'])).toEqual([]);
  expect(entriesOf(['common', 'bank', 'shop'], ['dev', 'prod'])).toEqual(
    ['bank', 'shop'].map((service) => ({
      action: 'config.release',
      target: `service:${service}`,
      service,
      detail: { by: request.target, environments: ['dev', 'prod'], revisions: [0, 1] },
    })),
  );
  expect(entriesOf(['bank'])).toMatchObject([{ service: 'bank', environment: 'prod' }]);
});

test('past 200 only how many there are', () => {
  const services = Array.from({ length: 1_000 }, (_, index) => `service-${index}`);
  expect(entriesOf(services.slice(0, 200))).toHaveLength(200);
  const entries = entriesOf(services);
  expect(entries).toHaveLength(201);
  expect(entries.at(-1)).toMatchObject({ service: 'common', detail: { otherServices: 800 } });
});
