import { createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. Somebody may take it before the caller does. */
export async function findFreePort(): Promise<number> {
  const { port } = await listenBriefly(0, '127.0.0.1');
  return port;
}

/** Why a server could not listen on this port, or undefined when it could. */
export async function findPortProblem(port: number): Promise<'in use' | 'not permitted' | undefined> {
  // both: a listener on the loopback address alone does not everywhere clash with one on all addresses
  for (const host of ['127.0.0.1', undefined]) {
    try {
      await listenBriefly(port, host);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE') return 'in use';
      if (code === 'EACCES') return 'not permitted';
      throw error;
    }
  }
  return undefined;
}

function listenBriefly(port: number, host: string | undefined): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }), exclusive: true }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string')
        throw new Error('a TCP server has an address and a port');
      server.close(() => resolve({ port: address.port }));
    });
  });
}
