import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientAddresses, clientNetwork } from '../http/client-address.js';
import type { FrontSettings } from '../http/front-settings.js';

/** Counts for keys; those that are back at none take no memory. */
export class Occupancy {
  private readonly counts = new Map<string, number>();

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  add(key: string): void {
    this.counts.set(key, this.of(key) + 1);
  }

  remove(key: string): void {
    const left = this.of(key) - 1;
    if (left > 0) this.counts.set(key, left);
    else this.counts.delete(key);
  }
}

/** Ends the time in which a connection is counted as one of somebody unknown. */
const makeKnown = new WeakMap<Socket, () => void>();

/** A token or session that is right came over this connection: from now on it counts as one of somebody known. */
export function connectionIsKnown(socket: Socket): void {
  makeKnown.get(socket)?.();
}

/**
 * Bounds the connections of this process, and of one address: all, and those over which nobody has shown a token or a
 * session yet. What goes beyond is closed before anything is read from it. A trusted proxy has the connections of all
 * its clients.
 */
export function limitConnections(
  server: Server,
  settings: Pick<
    FrontSettings,
    'maxConnections' | 'maxConnectionsPerAddress' | 'maxUnknownConnectionsPerAddress'
  >,
  addresses: ClientAddresses,
  onRefused: () => void,
): void {
  if (settings.maxConnections > 0) server.maxConnections = settings.maxConnections;
  server.on('drop', onRefused);
  const maxOpen = settings.maxConnectionsPerAddress || Infinity;
  const maxUnknown = settings.maxUnknownConnectionsPerAddress || Infinity;
  if (maxOpen === Infinity && maxUnknown === Infinity) return;
  const open = new Occupancy();
  const unknown = new Occupancy();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || addresses.isTrustedProxy(remoteAddress)) return;
    const network = clientNetwork(remoteAddress);
    if (open.of(network) >= maxOpen || unknown.of(network) >= maxUnknown) {
      onRefused();
      return void socket.destroy();
    }
    open.add(network);
    unknown.add(network);
    const known = (): void => {
      if (makeKnown.delete(socket)) unknown.remove(network);
    };
    makeKnown.set(socket, known);
    socket.once('close', () => {
      known();
      open.remove(network);
    });
  });
}
