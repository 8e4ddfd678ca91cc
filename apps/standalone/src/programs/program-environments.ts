import type { Credentials } from '../credentials.js';
import type { Environment } from '../environment.js';

export type Addresses = { databaseUrl: string; redisUrl: string; workerPort: number };

/** In place of what does not run yet, where only the rest is looked at. */
export const NOT_STARTED: Addresses = {
  databaseUrl: 'postgres://127.0.0.1/',
  redisUrl: 'redis://127.0.0.1',
  workerPort: 0,
};

export type ProgramEnvironmentsOptions = {
  environment: Environment;
  /** Handed on, under what is set here. */
  variables: NodeJS.ProcessEnv;
  port: number;
  credentials: Credentials;
};

/** What the API and the worker are started with. */
export class ProgramEnvironments {
  constructor(private readonly options: ProgramEnvironmentsOptions) {}

  api(addresses: Addresses): NodeJS.ProcessEnv {
    return { ...this.both(addresses), ...this.options.credentials.variables };
  }

  /** It needs none of the credentials; what the caller's environment has of them does not reach it either. */
  worker(addresses: Addresses): NodeJS.ProcessEnv {
    const none = Object.keys(this.options.credentials.variables).map((variable) => [variable, undefined]);
    // nobody but this process asks for its health
    return { ...this.both(addresses), ...Object.fromEntries(none), BINNACLE_HOST: '127.0.0.1' };
  }

  private both({ databaseUrl, redisUrl, workerPort }: Addresses): NodeJS.ProcessEnv {
    const { environment, variables, port } = this.options;
    return {
      ...variables,
      BINNACLE_STANDALONE: '1',
      BINNACLE_PORT: String(port),
      BINNACLE_WORKER_PORT: String(workerPort),
      BINNACLE_DATABASE_URL: databaseUrl,
      BINNACLE_REDIS_URL: redisUrl,
      BINNACLE_SHUTDOWN_TIMEOUT_MS: String(environment.shutdownTimeoutMs),
    };
  }
}
