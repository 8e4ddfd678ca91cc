import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { monotonicMs, serveCommands } from '../program.ts';

/** socket.io and nothing else, with the settings that are good for it: websocket only, no compression. */
const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});
const agents = io.of('/agents');

agents.on('connection', (socket) => {
  void socket.join('all');
  for (const event of ['applied', 'health']) {
    socket.on(event, (_message: unknown, acknowledge: (answer: unknown) => void) => acknowledge({}));
  }
});

const commands = {
  async listen(_nothing: null): Promise<number> {
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return (http.address() as AddressInfo).port;
  },

  /** Returns when the emit began. */
  push(config: { epoch: string; revision: number; hash: string; content: unknown }): number {
    const startedAtMs = monotonicMs();
    agents.to('all').emit('config', config);
    return startedAtMs;
  },
};

export type BroadcastCommands = typeof commands;

serveCommands(commands);
