import { fastify } from 'fastify';
import type { AddressInfo } from 'node:net';
import { serveCommands } from '../program.ts';

/** Fastify answering these bytes, and nothing else. */
const server = fastify();

const commands = {
  async listen({ body, etag }: { body: string; etag: string }): Promise<number> {
    server.get('/api/v1/services/:service/environments/:environment/config', (_request, reply) => {
      void reply.header('etag', etag).header('cache-control', 'no-cache').type('application/json').send(body);
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    return (server.server.address() as AddressInfo).port;
  },
};

export type FastifyCommands = typeof commands;

serveCommands(commands);
