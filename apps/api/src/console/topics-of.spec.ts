import { expect, it } from 'vitest';
import { formatTopic } from '@binnacle/contracts';
import type { Notice } from '@binnacle/store';
import { topicsOf } from './topics-of.js';

const pair = { workspaceId: 'harbour', service: 'orders', environment: 'prod' };
const document = { workspaceId: 'harbour', service: 'orders', layer: 'base' };

it.each<[Notice, string[]]>([
  [{ kind: 'revision', ...pair }, ['service:orders', 'instances:orders/prod', 'overview:prod']],
  [{ kind: 'breaker', ...pair, name: 'db' }, ['instances:orders/prod', 'overview:prod']],
  [{ kind: 'document', ...document }, ['document:orders/base', 'service:orders']],
  [{ kind: 'draft', ...document }, ['document:orders/base', 'service:orders', 'drafts']],
  [{ kind: 'approval', ...pair }, ['approvals', 'service:orders', 'instances:orders/prod']],
  [{ kind: 'service', workspaceId: 'harbour', service: 'orders' }, ['services', 'service:orders']],
  [{ kind: 'environment', workspaceId: 'harbour', environment: 'prod' }, ['services', 'overview:prod']],
  [{ kind: 'editors', ...document }, []],
  [{ kind: 'token', workspaceId: 'harbour', tokenId: 'some' }, []],
  [{ kind: 'access', workspaceId: 'harbour', subject: '*' }, []],
])('%o is news for %o', (notice, topics) => {
  expect(topicsOf(notice).map(formatTopic)).toEqual(topics);
});
