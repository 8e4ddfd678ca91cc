import type {
  changeTokenSchema,
  CreatedTokenBody,
  createTokenSchema,
  RotatedTokenBody,
  rotateTokenSchema,
  TokenBody,
} from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { everyItem, type Page, type PageOptions } from '../http/page.js';
import { path } from '../http/path.js';
import type { CallOptions, Transport } from '../http/transport.js';

/** `/tokens` */
export class TokensClient {
  constructor(private readonly transport: Transport) {}

  /** One page of tokens, newest first. */
  list(page: PageOptions = {}, options?: CallOptions): Promise<Page<TokenBody>> {
    return this.transport.read({ method: 'GET', path: 'tokens', query: { ...page } }, options);
  }

  /** Every token, newest first. */
  all(page: PageOptions = {}, options?: CallOptions): AsyncGenerator<TokenBody, void> {
    return everyItem((cursor) => this.list({ ...page, ...cursor }, options));
  }

  /**
   * Creates a token. Its secret is in this answer and nowhere else.
   *
   * @example const { token } = await client.tokens.create({ name: 'orders in prod', role: 'agent', services: ['orders'] });
   */
  create(token: Input<typeof createTokenSchema>, options?: CallOptions): Promise<CreatedTokenBody> {
    return this.transport.read({ method: 'POST', path: 'tokens', body: token }, options);
  }

  read(id: string, options?: CallOptions): Promise<TokenBody> {
    return this.transport.read({ method: 'GET', path: path`tokens/${id}` }, options);
  }

  /** What is left out stays. Open sockets that go beyond what the token may then do are closed. */
  change(id: string, changes: Input<typeof changeTokenSchema>, options?: CallOptions): Promise<TokenBody> {
    return this.transport.read({ method: 'PATCH', path: path`tokens/${id}`, body: changes }, options);
  }

  /**
   * A new token that takes the place of this one, which may be used for `overlapSeconds` more (an hour unless given). Its
   * secret is in this answer and nowhere else, so a rotation whose answer was lost is done again.
   */
  rotate(
    id: string,
    rotation: Input<typeof rotateTokenSchema> = {},
    options?: CallOptions,
  ): Promise<RotatedTokenBody> {
    return this.transport.read({ method: 'POST', path: path`tokens/${id}/rotate`, body: rotation }, options);
  }

  /** Its open sockets are closed. */
  async revoke(id: string, options?: CallOptions): Promise<void> {
    await this.transport.send({ method: 'DELETE', path: path`tokens/${id}` }, options);
  }
}
