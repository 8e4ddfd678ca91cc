import { Injectable, Logger } from '@nestjs/common';
import { type Need, Problem, type ProblemCode, SOCKET_NEEDS, type Touched } from '@binnacle/contracts';
import { Metrics } from '../lifecycle/metrics.js';
import type { Principal } from './principal.js';
import { isMet, type TOLD_LATER } from './route-access.js';

/** After so many refused messages a connection is closed. */
export const MAX_REFUSALS = 1_000;

/** What a connection of any namespace keeps about its caller. */
export interface SocketHolder {
  /** As it was known when the connection was last looked at. */
  principal: Principal;
  /** `TOLD_LATER` where only what is sent says it: the feature then asks again. */
  readonly touched: Touched | typeof TOLD_LATER;
  /** Messages that were refused so far. */
  refusals: number;
}

/** What of a socket the guard needs; socket.io's own type also tells its events, which are looked up by name here. */
export interface GuardedSocket {
  readonly nsp: { readonly name: string };
  readonly data: SocketHolder;
  use(middleware: (packet: [event: string, ...rest: unknown[]], next: () => void) => void): unknown;
  disconnect(close: true): unknown;
}

type Refused = { readonly error: { readonly code: ProblemCode; readonly detail: string } };

interface NamespaceNeeds {
  readonly connect: Need;
  readonly events: ReadonlyMap<string, Need>;
}

const NEEDS: ReadonlyMap<string, NamespaceNeeds> = new Map(
  Object.entries(SOCKET_NEEDS).map(([namespace, { connect, events }]) => [
    namespace,
    { connect, events: new Map(Object.entries<Need>(events)) },
  ]),
);

/** The one door of every namespace: who may connect, and each event; one that the access table does not name is refused. */
@Injectable()
export class SocketGuard {
  private readonly logger = new Logger(SocketGuard.name);

  constructor(private readonly metrics: Metrics) {}

  mayConnect(namespace: string, principal: Principal, touched: SocketHolder['touched']): boolean {
    const needs = NEEDS.get(namespace);
    return needs !== undefined && isMet(needs.connect, principal, touched) && isCurrent(principal);
  }

  /** From now on no event of this socket reaches a handler but by here. */
  watch(socket: GuardedSocket): void {
    const events = NEEDS.get(socket.nsp.name)?.events;
    socket.use((packet, next) => {
      const { data } = socket;
      const need = events?.get(packet[0]);
      if (need !== undefined && isMet(need, data.principal, data.touched) && isCurrent(data.principal))
        return next();
      this.metrics.socketRefusals.inc();
      if (!isCurrent(data.principal)) return void socket.disconnect(true);
      if (++data.refusals > MAX_REFUSALS) {
        this.logger.warn('A connection that keeps sending what it may not is closed');
        return void socket.disconnect(true);
      }
      const acknowledge = packet.at(-1);
      if (typeof acknowledge === 'function')
        (acknowledge as (refused: Refused) => void)(refusal(need, packet[0]));
    });
  }
}

/** The name of an event is what was sent: it may also be a number. */
function refusal(need: Need | undefined, event: unknown): Refused {
  const problem =
    need === undefined
      ? new Problem('not_found', `There is no event ${String(event).slice(0, 64)}.`)
      : new Problem('forbidden', `This needs ${need}.`);
  return { error: { code: problem.code, detail: problem.message } };
}

function isCurrent({ expiresAtMs }: Principal): boolean {
  return expiresAtMs === null || expiresAtMs > Date.now();
}
