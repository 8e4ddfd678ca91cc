import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Database, findUnopenedWrappingKeys, readKeyRing } from '@binnacle/store';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { DATABASE } from '../storage.module.js';

/** Tells at the start, rather than at the first agent's, that this process was given a ring without a key in use. */
@Injectable()
export class KeyRingCheck implements OnApplicationBootstrap {
  private readonly logger = new Logger(KeyRingCheck.name);

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** A warning and no more: everything but the secrets under that key works. */
  async onApplicationBootstrap(): Promise<void> {
    const ring = readKeyRing(this.environment.secretsKey);
    try {
      const unopened = await findUnopenedWrappingKeys(this.database, ring);
      if (unopened.length > 0) this.logger.warn(describe(unopened, ring.ids));
    } catch (error) {
      this.logger.warn(
        { err: error },
        'Whether BINNACLE_SECRETS_KEY opens the data keys could not be checked',
      );
    }
  }
}

function describe(unopened: readonly string[], held: readonly string[]): string {
  return (
    `BINNACLE_SECRETS_KEY holds ${held.join(', ')}, and does not open data keys wrapped with ${unopened.join(', ')}: ` +
    'agents whose configuration needs one of those get 503 secrets_unavailable. Add those keys to it.'
  );
}
