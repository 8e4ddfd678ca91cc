import type { IncomingMessage } from 'node:http';
import type { Socket as Connection } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Problem } from '@binnacle/contracts';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { clientNetwork } from '../http/client-address.js';
import type { FrontSettings } from '../http/front-settings.js';
import { Origins } from '../http/origins.js';
import { plainAnswer } from '../http/plain-answer.js';
import { RateLimited } from '../http/rate-limited.js';
import { Metrics } from '../lifecycle/metrics.js';
import { connectionIsKnown, Occupancy } from './connection-limits.js';
import { RateLimits } from './rate-limits.js';

/** Of a socket that was refused because there are too many: about how long a storm of reconnects lasts. */
const RETRY_AFTER_SECONDS = 2;
/** What a socket may send before it is admitted: it has one thing to say. */
const MAX_PENDING_PACKETS = 5;
/** Far more than an agent may send; past it nothing is parsed any more. */
const PACKETS_PER_SECOND = 500;
const PACKET_BURST = 2_000;

/** What of an engine.io connection is needed here. */
export interface EngineConnection {
  readonly request: IncomingMessage;
  on(event: 'packet', listener: (packet: { type: string; data?: unknown }) => void): unknown;
  close(discard: true): unknown;
}

/** A socket of any namespace that wants to be admitted. */
export interface ArrivingSocket {
  readonly request: IncomingMessage;
  readonly conn: object;
  readonly handshake: { readonly auth: Readonly<Record<string, unknown>> };
}

/** A socket of any namespace, once it was admitted. */
export interface AdmittedSocket {
  readonly request: IncomingMessage;
  readonly conn: { close(): unknown };
  readonly data: { readonly principal: { readonly credentialId: string } };
  once(event: 'disconnect', listener: () => void): unknown;
}

/** Who may open a socket, how many there may be, and how much they may send. */
@Injectable()
export class SocketLimits {
  private readonly settings: FrontSettings;
  private readonly origins: Origins;
  private readonly refusals: Counter<'reason'>;
  /** Connections that have not said who they are, with what each is counted under. */
  private readonly pending = new Map<Connection, string | undefined>();
  private readonly pendingOf = new Occupancy();
  private readonly socketsOf = new Occupancy();
  /** Connections over which a socket was admitted, or is being. */
  private readonly taken = new WeakSet<object>();

  constructor(
    @Inject(ENVIRONMENT) { front }: Environment,
    private readonly rates: RateLimits,
    metrics: Metrics,
  ) {
    this.settings = front;
    this.origins = new Origins(front);
    this.refusals = new Counter({
      name: 'binnacle_connections_refused_total',
      help: 'Connections and sockets that were refused by a limit, by which one',
      labelNames: ['reason'] as const,
      registers: [metrics.registry],
    });
  }

  connectionRefused(): void {
    this.refusals.inc({ reason: 'connections' });
  }

  /** For engine.io, which asks before it allocates anything. A refused request gets its answer here, and no other. */
  readonly allowRequest = (
    request: IncomingMessage,
    decide: (fault: null | undefined, isAllowed: boolean) => void,
  ): void => {
    const refused = this.findRefusal(request);
    if (refused === undefined) {
      this.await(request);
      return decide(null, true);
    }
    const { problem, reason } = refused;
    this.refusals.inc({ reason });
    const { socket } = request;
    socket.on('error', () => socket.destroy());
    socket.end(plainAnswer(problem));
  };

  /** Watches what a connection sends, whatever it is. */
  readonly watch = (connection: EngineConnection): void => {
    const { socket } = connection.request;
    let packets = 0;
    let budget = PACKET_BURST;
    let budgetAtMs = performance.now();
    connection.on('packet', ({ type, data }) => {
      const nowMs = performance.now();
      budget = Math.min(PACKET_BURST, budget + ((nowMs - budgetAtMs) / 1_000) * PACKETS_PER_SECOND) - 1;
      budgetAtMs = nowMs;
      packets += 1;
      const isTooMuch = budget < 0 || (packets > MAX_PENDING_PACKETS && this.pending.has(socket));
      const isBinary = type === 'message' && typeof data !== 'string';
      if (!isTooMuch && !isBinary) return;
      this.refusals.inc({ reason: isBinary ? 'binary' : 'packets' });
      connection.close(true);
    });
  };

  /** Admits a socket within the limits, one for each connection. @throws RateLimited, and what `admit` throws */
  async admit<Session extends AdmittedSocket['data']>(
    socket: ArrivingSocket,
    admit: () => Promise<Session>,
  ): Promise<Session> {
    const { request, conn, handshake } = socket;
    // It is counted, judged and released as that of one credential.
    if (this.taken.has(conn))
      throw new Problem('invalid_request', 'One connection is for one namespace: open another one.');
    const refused = this.rates.failuresOf(request);
    if (refused !== undefined) throw refused;
    this.taken.add(conn);
    try {
      const session = await admit();
      this.assertRoom(session.principal.credentialId);
      return session;
    } catch (error) {
      this.taken.delete(conn);
      const { token: credential = request.headers.cookie } = handshake.auth;
      if (Problem.isInstance(error) && error.code === 'unauthenticated' && typeof credential === 'string')
        this.rates.failed(request, credential);
      throw error;
    }
  }

  /** A socket was admitted: it is known whose it is. */
  readonly admitted = (socket: AdmittedSocket): void => {
    this.settle(socket.request.socket);
    connectionIsKnown(socket.request.socket);
    const { credentialId } = socket.data.principal;
    this.socketsOf.add(credentialId);
    socket.once('disconnect', () => {
      this.socketsOf.remove(credentialId);
      // Without a namespace it would stay open, and belong to nobody.
      socket.conn.close();
    });
  };

  private assertRoom(credentialId: string): void {
    const max = this.settings.maxSocketsPerToken;
    if (max === 0 || this.socketsOf.of(credentialId) < max) return;
    this.refusals.inc({ reason: 'token' });
    throw new RateLimited(
      `This token already holds ${max} connections to this process, which is as many as it may.`,
      RETRY_AFTER_SECONDS,
    );
  }

  private findRefusal(request: IncomingMessage): { problem: Problem; reason: string } | undefined {
    if (!this.origins.mayConnect(request.headers))
      return {
        reason: 'origin',
        problem: new Problem('forbidden', 'Pages of this origin may not open a socket here.'),
      };
    const limited = this.rates.takeAddress(request);
    if (limited !== undefined) return { reason: 'rate', problem: limited };
    const { maxPendingSockets, maxPendingSocketsPerAddress } = this.settings;
    const network = this.networkOf(request);
    const isFull =
      (maxPendingSockets > 0 && this.pending.size >= maxPendingSockets) ||
      (maxPendingSocketsPerAddress > 0 &&
        network !== undefined &&
        this.pendingOf.of(network) >= maxPendingSocketsPerAddress);
    if (!isFull) return undefined;
    return {
      reason: 'pending',
      problem: new Problem('busy', 'Too many sockets are waiting to be admitted. Try again in a moment.'),
    };
  }

  private await(request: IncomingMessage): void {
    const { socket } = request;
    const network = this.networkOf(request);
    this.pending.set(socket, network);
    if (network !== undefined) this.pendingOf.add(network);
    socket.once('close', () => this.settle(socket));
  }

  private settle(socket: Connection): void {
    const network = this.pending.get(socket);
    if (!this.pending.delete(socket) || network === undefined) return;
    this.pendingOf.remove(network);
  }

  private networkOf(request: IncomingMessage): string | undefined {
    const address = this.rates.addresses.of(request);
    return this.rates.addresses.isTrustedProxy(address) ? undefined : clientNetwork(address);
  }
}
