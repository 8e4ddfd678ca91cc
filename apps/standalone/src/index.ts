export { startPostgres } from './postgres/start-postgres.js';
export type { PostgresServer, StartPostgresOptions } from './postgres/start-postgres.js';
export { findProgram } from './processes/find-program.js';
export type { Program } from './processes/find-program.js';
export type { ProcessEnd } from './processes/server-process.js';
export { findRedisServer } from './redis/find-redis-server.js';
export { startRedis } from './redis/start-redis.js';
export type { RedisServer, StartRedisOptions } from './redis/start-redis.js';
export { StartError } from './start-error.js';
