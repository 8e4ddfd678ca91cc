import type { ConfigSchemaBody, SchemaCheckBody, SchemaVersionBody } from '@binnacle/contracts';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

export interface PutSchemaOptions extends CallOptions {
  /** Stores it although a current configuration breaks it. */
  readonly force?: boolean;
  /** The version that it was made on: refused (`version_conflict`) when another one is in force. */
  readonly basedOn?: number;
}

/** `/services/{service}/schema` */
export class SchemasClient {
  constructor(private readonly transport: Transport) {}

  /** The schema in force. */
  read(service: string, options?: CallOptions): Promise<ConfigSchemaBody> {
    return this.transport.read({ method: 'GET', path: path`services/${service}/schema` }, options);
  }

  /**
   * Puts a new version.
   *
   * @example await client.schemas.put('orders', { type: 'object', required: ['poolSize'] });
   */
  put(
    service: string,
    schema: ConfigSchemaBody['schema'],
    { force = false, basedOn, ...options }: PutSchemaOptions = {},
  ): Promise<ConfigSchemaBody> {
    const query = force ? { force } : {};
    const headers = basedOn === undefined ? {} : { 'if-match': `"${basedOn}"` };
    return this.transport.read(
      { method: 'PUT', path: path`services/${service}/schema`, query, headers, body: schema },
      options,
    );
  }

  /** What putting this would say: mistakes in it, and the current effective configs that break it. */
  check(
    service: string,
    schema: ConfigSchemaBody['schema'],
    options?: CallOptions,
  ): Promise<SchemaCheckBody> {
    return this.transport.read(
      { method: 'POST', path: path`services/${service}/schema/check`, body: schema },
      options,
    );
  }

  /** One page of versions, newest first. */
  versions(service: string, page: PageOptions = {}, options?: CallOptions): Promise<Page<SchemaVersionBody>> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/schema/versions`, query: { ...page } },
      options,
    );
  }

  /** Every version, newest first. */
  allVersions(
    service: string,
    page: PageOptions = {},
    options?: CallOptions,
  ): AsyncGenerator<SchemaVersionBody, void> {
    return everyItem((cursor) => this.versions(service, { ...page, ...cursor }, options));
  }

  readVersion(service: string, version: number, options?: CallOptions): Promise<ConfigSchemaBody> {
    return this.transport.read(
      { method: 'GET', path: path`services/${service}/schema/versions/${version}` },
      options,
    );
  }
}
