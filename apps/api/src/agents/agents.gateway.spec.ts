import { expect, it } from 'vitest';
import type { Change } from '@binnacle/store';
import type { ChangeBus, ChangeListener } from '../changes/change-bus.js';
import { AgentsGateway } from './agents.gateway.js';

type Fields = ConstructorParameters<typeof AgentsGateway>;

interface Looked {
  readonly data: { readonly tokenId: string; readonly pair: { readonly workspaceId: string } };
}

const socketOf = (tokenId: string, workspaceId: string): Looked => ({
  data: { tokenId, pair: { workspaceId } },
});

it.each<[string, Change, string[]]>([
  ['a token', { kind: 'token', workspaceId: 'harbour', tokenId: 'ci' }, ['ci']],
  ['a whole workspace', { kind: 'access', workspaceId: 'harbour', subject: '*' }, ['ci', 'other']],
  ['a person', { kind: 'access', workspaceId: 'harbour', subject: 'ann' }, []],
  ['a session', { kind: 'access', workspaceId: '', subject: 'some-session' }, []],
])('when %s changes, it looks again at the sockets concerned only', async (_what, change, expected) => {
  const listeners: ChangeListener[] = [];
  const looked: string[] = [];
  const bus = { onChange: (listener: ChangeListener) => listeners.push(listener) } as unknown as ChangeBus;
  const sockets = [socketOf('ci', 'harbour'), socketOf('other', 'harbour'), socketOf('far', 'quay')];
  const rooms = { sockets: () => sockets } as unknown as Fields[2];
  const admission = {
    findRefused: (holders: readonly Looked[]) => {
      looked.push(...holders.map(({ data }) => data.tokenId));
      return Promise.resolve([]);
    },
  } as unknown as Fields[1];
  const [environment, reports, drain, guard, limits, refusals] = [{}, {}, {}, {}, {}, {}] as unknown as [
    Fields[0],
    Fields[3],
    Fields[4],
    Fields[5],
    Fields[6],
    Fields[7],
  ];
  new AgentsGateway(environment, admission, rooms, reports, drain, guard, limits, refusals, bus);
  for (const listener of listeners) await listener(change);
  expect(looked).toEqual(expected);
});
