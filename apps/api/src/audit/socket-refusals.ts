import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AGENTS_NAMESPACE, type Need, nameSchema, SOCKET_NEEDS } from '@binnacle/contracts';
import { hashOfSecret } from '../access/accounts/one-time-secret.js';
import { sessionSecretIn } from '../access/accounts/session-cookie.js';
import { toProblem } from '../http/to-problem.js';
import { RateLimits } from '../limits/rate-limits.js';
import { RefusalRecorder } from './refusal-recorder.js';

const NEEDS: Readonly<Record<string, { readonly connect: Need }>> = SOCKET_NEEDS;
const MAX_TOKEN_LENGTH = 256;

/** Tells the audit of connections that were refused for who asked for them. */
@Injectable()
export class SocketRefusals {
  constructor(
    private readonly recorder: RefusalRecorder,
    private readonly rates: RateLimits,
  ) {}

  /** `auth` is what the handshake brought along, whatever that is. */
  note(request: IncomingMessage, auth: unknown, error: unknown, namespace: string = AGENTS_NAMESPACE): void {
    const { code } = toProblem(error);
    if (code !== 'unauthenticated' && code !== 'forbidden') return;
    const {
      token = sessionSecretIn(request.headers.cookie),
      service,
      environment,
    } = Object(auth) as Readonly<Record<string, unknown>>;
    if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN_LENGTH) return;
    this.recorder.noteCredential(hashOfSecret(token), {
      method: 'CONNECT',
      route: namespace,
      needs: NEEDS[namespace]?.connect,
      code,
      service: nameSchema.safeParse(service).data,
      environment: nameSchema.safeParse(environment).data,
      address: this.rates.addresses.of(request),
      requestId: randomUUID(),
    });
  }
}
