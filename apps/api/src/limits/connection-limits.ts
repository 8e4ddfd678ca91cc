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

/**
 * Bounds the connections of this process, and of one address: what goes beyond is closed before anything is read from
 * it. A trusted proxy has the connections of all its clients.
 */
export function limitConnections(
  server: Server,
  settings: Pick<FrontSettings, 'maxConnections' | 'maxConnectionsPerAddress'>,
  addresses: ClientAddresses,
  onRefused: () => void,
): void {
  const { maxConnections, maxConnectionsPerAddress } = settings;
  if (maxConnections > 0) server.maxConnections = maxConnections;
  server.on('drop', onRefused);
  if (maxConnectionsPerAddress === 0) return;
  const open = new Occupancy();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || addresses.isTrustedProxy(remoteAddress)) return;
    const network = clientNetwork(remoteAddress);
    if (open.of(network) >= maxConnectionsPerAddress) {
      onRefused();
      return void socket.destroy();
    }
    open.add(network);
    socket.once('close', () => open.remove(network));
  });
}
