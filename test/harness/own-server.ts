import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
} from '../../apps/standalone/src/index.js';

/** A server of a story's own, which it may take away and bring back at the same address. */
export class OwnServer {
  readonly #launch: (port?: number) => Promise<RedisServer | PostgresServer>;
  readonly #dispose: () => void;
  #server: RedisServer | PostgresServer;

  private constructor(
    launch: (port?: number) => Promise<RedisServer | PostgresServer>,
    dispose: () => void,
    server: RedisServer | PostgresServer,
  ) {
    this.#launch = launch;
    this.#dispose = dispose;
    this.#server = server;
  }

  static redis(): Promise<OwnServer> {
    return OwnServer.#start('redis', (directory, port) =>
      startRedis({
        dataDir: directory,
        logFile: `${directory}.log`,
        ...(port === undefined ? {} : { port }),
      }),
    );
  }

  /** With `fsync`: what it acknowledged must survive a crash of its processes, which does not need the disk. */
  static postgres(): Promise<OwnServer> {
    return OwnServer.#start('postgres', (directory, port) =>
      startPostgres({
        dataDir: directory,
        logFile: `${directory}.log`,
        settings: { fsync: 'off' },
        ...(port === undefined ? {} : { port }),
      }),
    );
  }

  static async #start(
    name: string,
    launch: (directory: string, port?: number) => Promise<RedisServer | PostgresServer>,
  ): Promise<OwnServer> {
    const parent = mkdtempSync(join(tmpdir(), `binnacle-${name}-`));
    const directory = join(parent, name);
    const server = await launch(directory);
    return new OwnServer(
      (port) => launch(directory, port),
      () => rmSync(parent, { recursive: true, force: true }),
      server,
    );
  }

  get url(): string {
    return this.#server.url;
  }

  /** Ends it at once, without a word to its clients. PostgreSQL: `SIGQUIT` is its own immediate shutdown. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    process.kill(this.#server.pid, signal);
    await this.#server.exited;
  }

  /** Starts it again after `kill`, with the same data at the same address. */
  async start(): Promise<void> {
    this.#server = await this.#launch(this.#server.port);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    this.#dispose();
  }
}
