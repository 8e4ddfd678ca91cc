import type { Client } from '../../../libs/client/src/client.js';
import type { ClientCall } from './client-call.js';

const page = { limit: 5, cursor: 'x' };
const PAGE_QUERY = { limit: ['5'], cursor: ['x'] };

/** What is configured: services, environments, schemas, documents and what becomes of them. */
export const configsCalls = (client: Client): ClientCall[] => [
  [
    'GET /services',
    () => client.services.list({ ...page, label: ['k=v', 'l=w'] }),
    { query: { limit: ['5'], cursor: ['x'], label: ['k=v', 'l=w'] } },
  ],
  ['POST /services', () => client.services.register({ name: 'a' }), { body: { name: 'a' } }],
  ['GET /services/{service}', () => client.services.read('a')],
  [
    'PATCH /services/{service}',
    () => client.services.change('a', { owner: null }),
    { body: { owner: null } },
  ],
  ['DELETE /services/{service}', () => client.services.archive('a')],
  ['GET /environments', () => client.environments.list({ limit: 5 }), { query: { limit: ['5'] } }],
  ['POST /environments', () => client.environments.create({ name: 'b' }), { body: { name: 'b' } }],
  ['GET /environments/{environment}', () => client.environments.read('b')],
  [
    'PATCH /environments/{environment}',
    () => client.environments.change('b', { position: 1 }),
    { body: { position: 1 } },
  ],
  ['GET /services/{service}/schema', () => client.schemas.read('a')],
  [
    'PUT /services/{service}/schema',
    () => client.schemas.put('a', { type: 'object' }, { force: true }),
    { query: { force: ['true'] }, body: { type: 'object' } },
  ],
  [
    'GET /services/{service}/environments/{environment}/config',
    () => client.configs.readText('a', 'b', 'yaml'),
    { query: { format: ['yaml'] } },
  ],
  [
    'POST /services/{service}/schema/check',
    () => client.schemas.check('a', { type: 'object' }),
    { body: { type: 'object' } },
  ],
  [
    'GET /services/{service}/schema/versions',
    () => client.schemas.versions('a', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  ['GET /services/{service}/schema/versions/{version}', () => client.schemas.readVersion('a', 3)],
  ['GET /services/{service}/documents/{layer}', () => client.documents.read('a', 'base')],
  [
    'GET /services/{service}/documents/{layer}/versions',
    () => client.documents.versions('a', 'base', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'GET /services/{service}/documents/{layer}/versions/{version}',
    () => client.documents.readVersion('a', 'base', 3),
  ],
  [
    'GET /services/{service}/documents/{layer}/diff',
    () => client.documents.diff('a', 'base', { from: 3, to: 'draft' }),
    { query: { from: ['3'], to: ['draft'] } },
  ],
  [
    'GET /drafts',
    () => client.drafts.list({ service: 'a', ...page }),
    { query: { service: ['a'], ...PAGE_QUERY } },
  ],
  ['GET /services/{service}/documents/{layer}/draft', () => client.drafts.read('a', 'base')],
  [
    'PUT /services/{service}/documents/{layer}/draft',
    () => client.drafts.save('a', 'base', { content: 'x: 1', format: 'yaml', baseVersion: 2 }),
    { body: { content: 'x: 1', format: 'yaml', baseVersion: 2 } },
  ],
  [
    'DELETE /services/{service}/documents/{layer}/draft',
    () => client.drafts.discard('a', 'base', '"draft-1"'),
  ],
  [
    'POST /services/{service}/documents/{layer}/draft/publish',
    () => client.drafts.publish('a', 'base', '"draft-1"', { message: 'm' }),
    { body: { message: 'm' } },
  ],
  [
    'GET /services/{service}/documents/{layer}/drafts',
    () => client.drafts.ended('a', 'base', page),
    { query: PAGE_QUERY },
  ],
  ['GET /services/{service}/documents/{layer}/drafts/{id}', () => client.drafts.readEnded('a', 'base', 'i')],
  [
    'GET /services/{service}/documents/{layer}/tags',
    () => client.documentTags.list('a', 'base', page),
    { query: PAGE_QUERY },
  ],
  [
    'PUT /services/{service}/documents/{layer}/tags/{tag}',
    () => client.documentTags.put('a', 'base', 'known-good', 3),
    { body: { version: 3 } },
  ],
  [
    'DELETE /services/{service}/documents/{layer}/tags/{tag}',
    () => client.documentTags.remove('a', 'base', 'known-good'),
  ],
  [
    'POST /services/{service}/documents/{layer}/versions',
    () => client.documents.publish('a', 'base', { content: {} }),
    { body: { content: {} } },
  ],
  [
    'POST /services/{service}/documents/{layer}/rollback',
    () => client.documents.rollback('a', 'base', { to: 2 }),
    { body: { to: 2 } },
  ],
  [
    'POST /services/{service}/documents/{layer}/preview',
    () => client.documents.preview('a', 'base', { content: {} }),
    { body: { content: {} } },
  ],
  [
    'POST /services/{service}/documents/{layer}/validate',
    () => client.documents.validate('a', 'base', { content: {} }),
    { body: { content: {} } },
  ],
  [
    'GET /services/{service}/environments/{environment}/config',
    () => client.configs.explain('a', 'b'),
    { query: { explain: ['true'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/revisions',
    () => client.configs.revisions('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/revisions/{revision}',
    () => client.configs.readRevision('a', 'b', 3),
  ],
  [
    'POST /change-sets',
    () => client.changeSets.publish({ changes: [], message: 'm' }),
    { body: { changes: [], message: 'm' } },
  ],
  [
    'POST /services/{service}/environments/{environment}/promote',
    () => client.changeSets.promote('a', 'b', { from: 'c' }),
    { body: { from: 'c' } },
  ],
  ['GET /export', () => client.workspaceFiles.export().next()],
  ['POST /import', () => client.workspaceFiles.import({ files: [] }), { body: { files: [] } }],
  ['GET /search', () => client.search.find({ q: 'x', ...page }), { query: { q: ['x'], ...PAGE_QUERY } }],
];
