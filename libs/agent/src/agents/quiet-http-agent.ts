import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface QuietHttpAgent {
  readonly agent: HttpAgent;
  /** Ends the connection for good: at once, or after what is still to be sent. */
  hangUp(how: 'now' | 'flushed'): void;
}

/**
 * An HTTP agent whose sockets never keep the process alive, not even while they connect (socket.io's `autoUnref` begins
 * when the websocket is open), and that can be cut off: a websocket's close waits 30 s for a peer that does not answer.
 */
export function quietHttpAgent(isSecure: boolean): QuietHttpAgent {
  const agent = isSecure ? new HttpsAgent() : new HttpAgent();
  const sockets = new Set<Socket>();
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const stream: Duplex | null | undefined = createConnection(options, callback);
    const socket = stream as Socket | null | undefined;
    if (socket) {
      socket.unref();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    return stream;
  };
  return {
    agent,
    hangUp(how) {
      for (const socket of sockets) {
        if (how === 'now') socket.destroy();
        else socket.destroySoon();
      }
    },
  };
}
