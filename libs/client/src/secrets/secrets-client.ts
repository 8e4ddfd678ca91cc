import type {
  PutSecretAnswerBody,
  RevealedSecretBody,
  SecretBody,
  SecretVersionBody,
} from '@binnacle/contracts';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

export interface PutSecretOptions extends CallOptions {
  /** The version that this takes the place of; a `version_conflict` when another one is the newest. */
  readonly basedOn?: number;
}

/** `/services/{service}/environments/{environment}/secrets` */
export class SecretsClient {
  constructor(private readonly transport: Transport) {}

  /** One page, by name, without values. */
  list(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<SecretBody>> {
    return this.transport.read(
      {
        method: 'GET',
        path: path`services/${service}/environments/${environment}/secrets`,
        query: { ...page },
      },
      options,
    );
  }

  /** Every secret, by name, without values. */
  all(
    service: string,
    environment: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<SecretBody, void> {
    return everyItem((cursor) => this.list(service, environment, { ...page, ...cursor }, options));
  }

  read(service: string, environment: string, name: string, options?: CallOptions): Promise<SecretBody> {
    return this.transport.read({ method: 'GET', path: place(service, environment, name) }, options);
  }

  /**
   * Creates the secret or a new version of it. Where the config refers to it, agents get the new value at once, or when
   * it is approved.
   *
   * @example await client.secrets.put('orders', 'prod', 'db-password', password);
   */
  put(
    service: string,
    environment: string,
    name: string,
    value: string,
    { basedOn, ...options }: PutSecretOptions = {},
  ): Promise<PutSecretAnswerBody> {
    const headers = basedOn === undefined ? {} : { 'if-match': `"${basedOn}"` };
    return this.transport.read(
      { method: 'PUT', path: place(service, environment, name), headers, body: { value } },
      options,
    );
  }

  /** Refused as `in_use` while a current revision refers to it. */
  async delete(service: string, environment: string, name: string, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: place(service, environment, name) }, options);
  }

  /** One page of versions, newest first, without values. */
  versions(
    service: string,
    environment: string,
    name: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): Promise<Page<SecretVersionBody>> {
    return this.transport.read(
      { method: 'GET', path: `${place(service, environment, name)}/versions`, query: { ...page } },
      options,
    );
  }

  /** The plain value, of the newest version unless said otherwise. The audit keeps who asked for it. */
  reveal(
    service: string,
    environment: string,
    name: string,
    version?: number,
    options?: CallOptions,
  ): Promise<RevealedSecretBody> {
    const body = version === undefined ? {} : { version };
    return this.transport.read(
      { method: 'POST', path: `${place(service, environment, name)}/reveal`, body },
      options,
    );
  }
}

function place(service: string, environment: string, name: string): string {
  return path`services/${service}/environments/${environment}/secrets/${name}`;
}
