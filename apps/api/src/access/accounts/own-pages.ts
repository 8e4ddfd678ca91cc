import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';
import { ENVIRONMENT, type Environment } from '../../environment.js';
import { Origins } from '../../http/origins.js';

/**
 * Tells a request of our own pages, or of those that were listed, from one that another site's page has its visitor's
 * browser send (Fetch Metadata, and the `Origin` that goes with everything but plain reads). What says nothing of the
 * kind is no page in a browser of today.
 */
@Injectable()
export class OwnPages {
  private readonly origins: Origins;

  constructor(@Inject(ENVIRONMENT) { front }: Pick<Environment, 'front'>) {
    this.origins = new Origins(front);
  }

  mayHaveSent(headers: IncomingHttpHeaders): boolean {
    return headers['sec-fetch-site'] !== 'cross-site' && this.origins.mayConnect(headers);
  }

  /** For what takes no session but gives one. @throws Problem forbidden */
  refuseOthers(headers: IncomingHttpHeaders): void {
    if (!this.mayHaveSent(headers))
      throw new Problem(
        'forbidden',
        'This may only be asked by pages of this server, not by those of another.',
      );
  }
}
