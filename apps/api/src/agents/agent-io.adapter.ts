import { type IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { MAX_AGENT_MESSAGE_BYTES, Problem, SOCKET_NEEDS } from '@binnacle/contracts';
import { plainAnswer } from '../http/plain-answer.js';
import type { SocketLimits } from '../limits/socket-limits.js';

/** A dead peer is noticed within interval plus timeout. */
const PING_INTERVAL_MS = 10_000;
const PING_TIMEOUT_MS = 8_000;
/** Sockets that do not say who they are are closed after this. */
const CONNECT_TIMEOUT_MS = 10_000;

const OPTIONS: Partial<ServerOptions> = {
  transports: ['websocket'],
  allowUpgrades: false,
  serveClient: false,
  // Costs seven times the memory of a connection and most of the speed of a broadcast.
  perMessageDeflate: false,
  httpCompression: false,
  maxHttpBufferSize: MAX_AGENT_MESSAGE_BYTES,
  pingInterval: PING_INTERVAL_MS,
  pingTimeout: PING_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
};

const ONLY = `There is only ${Object.keys(SOCKET_NEEDS).join(' and ')} here`;

/** socket.io as agents and the console need it: websocket only, small messages, no compression. */
export class AgentIoAdapter extends IoAdapter {
  constructor(
    application: INestApplicationContext,
    private readonly limits: SocketLimits,
  ) {
    super(application);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const { allowRequest, watch } = this.limits;
    const server: Server = super.createIOServer(port, {
      ...options,
      ...OPTIONS,
      allowRequest,
    } as ServerOptions);
    server.engine.on('connection', watch);
    server.engine.use(refuseRequests);
    // Every server has this namespace. Whoever got in here would have stayed without saying who they are.
    server.of('/').use((_socket, next) => next(new Error(ONLY)));
    return server;
  }
}

/** Plain requests to the path of sockets never reach the routes of HTTP: they are answered here, as those would. */
function refuseRequests(request: IncomingMessage, response: unknown, next: () => void): void {
  if (!(response instanceof ServerResponse)) return next();
  const problem = new Problem('malformed_request', 'Only websockets are answered here.');
  request.socket.end(plainAnswer(problem));
}
