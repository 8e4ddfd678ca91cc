import { expect, it } from 'vitest';
import { type Change, fromChangeRow, toChangeRow } from './change.js';

const workspaceId = 'harbour';
const pair = { workspaceId, service: 'orders', environment: 'prod' };
const document = { workspaceId, service: 'orders', layer: 'base' };

it.each<Change>([
  { kind: 'revision', ...pair },
  { kind: 'breaker', ...pair, name: 'db' },
  { kind: 'approval', ...pair },
  { kind: 'document', ...document },
  { kind: 'draft', ...document },
  { kind: 'service', workspaceId, service: 'orders' },
  { kind: 'environment', workspaceId, environment: 'prod' },
  { kind: 'token', workspaceId, tokenId: 'some' },
  { kind: 'access', workspaceId, subject: '*' },
])('a change of kind $kind is read as it was written', (change) => {
  expect(fromChangeRow(toChangeRow(change))).toEqual(change);
});

it.each([
  'revision',
  'breaker',
  'approval',
  'document',
  'draft',
  'service',
  'environment',
  'token',
  'access',
])('a row of kind %s that names nothing is passed over', (kind) => {
  const row = { workspace_id: workspaceId, kind, service: null, environment: null, subject: null };
  expect(fromChangeRow(row)).toBeUndefined();
});
