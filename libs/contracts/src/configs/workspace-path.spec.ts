import { describe, expect, it } from 'vitest';
import { formatWorkspacePath, parseWorkspacePath, type WorkspacePath } from './workspace-path.js';

const PATHS: [string, WorkspacePath][] = [
  ['environments.json', { kind: 'environments' }],
  ['services/orders/service.json', { kind: 'service', service: 'orders' }],
  ['services/orders/schema.json', { kind: 'schema', service: 'orders' }],
  ['services/orders/base.yaml', { kind: 'document', service: 'orders', layer: 'base', format: 'yaml' }],
  ['services/service/prod.json', { kind: 'document', service: 'service', layer: 'prod', format: 'json' }],
  ['services/a/@schema.json', { kind: 'document', service: 'a', layer: 'schema', format: 'json' }],
  ['services/a/@service.yaml', { kind: 'document', service: 'a', layer: 'service', format: 'yaml' }],
];

describe('the paths of a workspace', () => {
  it.each(PATHS)('has %s for %j, and the other way round', (text, path) => {
    expect(formatWorkspacePath(path)).toBe(text);
    expect(parseWorkspacePath(text)).toEqual(path);
  });

  it.each([
    '',
    '/environments.json',
    './environments.json',
    'Environments.json',
    'environments.yaml',
    'services/orders/service.yaml',
    'services/orders/schema.yaml',
    'services/orders/@prod.json',
    'services/orders/prod.yml',
    'services/orders/prod.json.json',
    'services/orders/PROD.json',
    'services/orders/sub/prod.json',
    'services/../prod.json',
    'services//prod.json',
    'services/orders/../base.json',
    'services/orders/..json',
    'services\\orders\\base.json',
    'services/orders/base.json\n',
    'services/orders/base.json/',
    '../services/orders/base.json',
    'services/ordérs/base.json',
    'services/-x/base.json',
  ])('has nothing at %j', (text) => {
    expect(parseWorkspacePath(text)).toBeUndefined();
  });
});
