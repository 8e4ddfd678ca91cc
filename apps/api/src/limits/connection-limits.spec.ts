import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { ClientAddresses } from '../http/client-address.js';
import { connectionIsKnown, limitConnections } from './connection-limits.js';

class Connection extends EventEmitter {
  destroyed = false;

  constructor(readonly remoteAddress: string) {
    super();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }

  isKnown(): void {
    connectionIsKnown(this as unknown as Socket);
  }
}

function serverWith(maxConnectionsPerAddress: number, maxUnknownConnectionsPerAddress: number) {
  const server = new EventEmitter() as unknown as Server;
  let refused = 0;
  limitConnections(
    server,
    { maxConnections: 0, maxConnectionsPerAddress, maxUnknownConnectionsPerAddress },
    new ClientAddresses(['10.0.0.9']),
    () => (refused += 1),
  );
  const open = (remoteAddress = '10.0.0.1'): Connection => {
    const connection = new Connection(remoteAddress);
    server.emit('connection', connection);
    return connection;
  };
  return { open, refused: () => refused };
}

it('closes what an address opens beyond its share without showing who it is', () => {
  const { open, refused } = serverWith(100, 3);
  const [first, second] = [open(), open(), open()];
  expect(open().destroyed).toBe(true);
  expect(refused()).toBe(1);
  expect(open('10.0.0.2').destroyed).toBe(false);

  // Said twice, it counts once.
  first?.isKnown();
  first?.isKnown();
  expect(open().destroyed).toBe(false);
  expect(open().destroyed).toBe(true);
  // That of somebody known makes no room by closing, and that of somebody unknown does.
  first?.destroy();
  expect(open().destroyed).toBe(true);
  second?.destroy();
  expect(open().destroyed).toBe(false);
});

it('lets many through that all show who they are, up to the bound of all', () => {
  const { open, refused } = serverWith(50, 3);
  const connections = Array.from({ length: 50 }, () => {
    const connection = open();
    connection.isKnown();
    return connection;
  });
  expect(connections.filter(({ destroyed }) => destroyed)).toEqual([]);
  expect(open().destroyed).toBe(true);
  expect(refused()).toBe(1);
  for (const connection of connections) connection.destroy();
  expect(open().destroyed).toBe(false);
});

it.each([
  [0, 2],
  [2, 0],
])('takes 0 for no limit: %i in all, %i unknown', (all, unknown) => {
  const { open } = serverWith(all, unknown);
  expect([open(), open(), open()].map(({ destroyed }) => destroyed)).toEqual([false, false, true]);
  const without = serverWith(0, 0);
  expect(Array.from({ length: 50 }, () => without.open().destroyed)).not.toContain(true);
});

it('leaves the connections of a trusted proxy alone', () => {
  const { open } = serverWith(2, 1);
  expect(Array.from({ length: 10 }, () => open('10.0.0.9').destroyed)).not.toContain(true);
});
