import type { Client } from '../../../libs/client/src/client.js';
import type { ClientCall } from './client-call.js';

const place = { service: 'a', environment: 'b', name: 'c' };
const page = { limit: 5, cursor: 'x' };

/** What runs: health, breakers and secrets. */
export const runningCalls = (client: Client): ClientCall[] => [
  [
    'GET /services/{service}/environments/{environment}/instances',
    () => client.health.instances('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  ['GET /services/{service}/environments/{environment}/health', () => client.health.read('a', 'b')],
  [
    'GET /services/{service}/environments/{environment}/health/transitions',
    () => client.health.transitions('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'GET /overview',
    () => client.health.overview('b', { limit: 5 }),
    { query: { limit: ['5'], environment: ['b'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/breakers',
    () => client.breakers.list('a', 'b', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  ['GET /services/{service}/environments/{environment}/breakers/{name}', () => client.breakers.read(place)],
  [
    'GET /services/{service}/environments/{environment}/secrets',
    () => client.secrets.list('a', 'b', page),
    { query: { limit: ['5'], cursor: ['x'] } },
  ],
  [
    'GET /services/{service}/environments/{environment}/secrets/{name}',
    () => client.secrets.read('a', 'b', 'c'),
  ],
  [
    'PUT /services/{service}/environments/{environment}/secrets/{name}',
    () => client.secrets.put('a', 'b', 'c', 'plain'),
    { body: { value: 'plain' } },
  ],
  [
    'DELETE /services/{service}/environments/{environment}/secrets/{name}',
    () => client.secrets.delete('a', 'b', 'c'),
  ],
  [
    'GET /services/{service}/environments/{environment}/secrets/{name}/versions',
    () => client.secrets.versions('a', 'b', 'c', { limit: 5 }),
    { query: { limit: ['5'] } },
  ],
  [
    'POST /services/{service}/environments/{environment}/secrets/{name}/reveal',
    () => client.secrets.reveal('a', 'b', 'c', 3),
    { body: { version: 3 } },
  ],
  [
    'PUT /services/{service}/environments/{environment}/breakers/{name}',
    () => client.breakers.put(place, { policy: { windowSeconds: 5 } }),
    { body: { policy: { windowSeconds: 5 } } },
  ],
  [
    'POST /services/{service}/environments/{environment}/breakers/{name}/force',
    () => client.breakers.force(place, { state: 'disabled', reason: 'r' }),
    { body: { state: 'disabled', reason: 'r' } },
  ],
  [
    'DELETE /services/{service}/environments/{environment}/breakers/{name}/force',
    () => client.breakers.unforce(place),
  ],
];
