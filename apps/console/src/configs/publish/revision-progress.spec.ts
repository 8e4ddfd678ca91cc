import type { InstanceBody } from '@binnacle/contracts';
import { describe, expect, it } from 'vitest';
import { progressOfInstances, progressOfMessage } from './revision-progress';

const PLACE = { service: 'orders', environment: 'prod', revision: 7 };
const MESSAGE = {
  service: 'orders',
  environment: 'prod',
  total: 10,
  revisions: { '6': 4, '7': 3, '8': 1 },
  rejected: [{ id: 'a', revision: 7, reason: 'no' }],
  rejectedCount: 2,
};

describe('progressOfMessage', () => {
  it('counts who runs the revision or a newer one, and who refused it', () => {
    expect(progressOfMessage(MESSAGE, PLACE)).toMatchObject({
      total: 10,
      applied: 4,
      rejectedCount: 2,
      waiting: 4,
    });
  });

  it('leaves out who refused another revision', () => {
    const message = { ...MESSAGE, rejected: [{ id: 'a', revision: 6, reason: 'no' }] };
    expect(progressOfMessage(message, PLACE)).toMatchObject({ rejected: [], rejectedCount: 0, waiting: 6 });
  });

  it('says nothing of other instances', () => {
    expect(progressOfMessage(MESSAGE, { ...PLACE, environment: 'dev' })).toBeUndefined();
  });
});

describe('progressOfInstances', () => {
  it('counts those that are there', () => {
    const instances = [
      { id: 'a', lifecycle: 'ready', revision: 7 },
      { id: 'b', lifecycle: 'ready', revision: 6, rejected: { revision: 7, reason: 'pool too small' } },
      { id: 'c', lifecycle: 'ready', revision: null },
      { id: 'd', lifecycle: 'lost', revision: 6 },
    ] as InstanceBody[];
    expect(progressOfInstances(instances, 7)).toEqual({
      total: 3,
      applied: 1,
      waiting: 1,
      rejected: [{ id: 'b', reason: 'pool too small' }],
      rejectedCount: 1,
    });
  });
});
