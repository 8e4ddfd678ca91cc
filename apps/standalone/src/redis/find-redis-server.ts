import { findProgram, type Program } from '../processes/find-program.js';

export const REDIS_PROGRAM: Program = {
  title: 'Redis',
  names: ['redis-server', 'valkey-server'],
  packages: {
    debian: 'redis-server',
    fedora: 'valkey',
    alpine: 'redis',
    arch: 'valkey',
    brew: ['redis'],
  },
  otherwise: 'install redis-server (7 or later)',
  instead: 'or set REDIS_URL',
};

/** The Redis (or Valkey) of this machine. Installs it first where that needs no question. */
export async function findRedisServer(options: {
  logFile: string;
  print: (line: string) => void;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  return findProgram(REDIS_PROGRAM, options);
}
