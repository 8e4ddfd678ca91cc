/** What of a socket its handshake is kept in. */
export interface ShakenSocket {
  readonly handshake: { auth: object; headers: object };
  readonly conn: object;
}

/** A connection lives long: what only its handshake needed is let go, credentials first. */
export function releaseHandshake(socket: ShakenSocket): void {
  socket.handshake.auth = {};
  socket.handshake.headers = {};
  const connection = socket.conn as { request: unknown };
  connection.request = null;
}
