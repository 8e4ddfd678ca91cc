import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { monotonicMs, serveCommands } from '../program.ts';
import type { BroadcastCommands } from './socket-io-server.ts';

/** A websocket server without any protocol on it: the least that a broadcast can cost on Node. */
let server: WebSocketServer | undefined;

const commands = {
  async listen(_nothing: null): Promise<number> {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
    server.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => socket.send(`${Number.parseInt(data.toString(), 10)}[{}]`));
    });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },

  push(config: { epoch: string; revision: number; hash: string; content: unknown }): number {
    const startedAtMs = monotonicMs();
    const frame = Buffer.from(JSON.stringify(['config', config]));
    for (const socket of server?.clients ?? []) {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame, { binary: false });
    }
    return startedAtMs;
  },
} satisfies BroadcastCommands;

serveCommands(commands);
