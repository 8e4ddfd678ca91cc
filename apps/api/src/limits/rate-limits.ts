import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { OncePerOutage } from '@binnacle/runtime';
import type { Redis } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { ClientAddresses, clientNetwork } from '../http/client-address.js';
import { RateLimited } from '../http/rate-limited.js';
import { REDIS } from '../storage.module.js';
import { RateCounter, type Tally, WINDOW_MS } from './rate-counter.js';
import { RateExchange } from './rate-exchange.js';

const WINDOW_SECONDS = WINDOW_MS / 1_000;
/** How many credentials are remembered as wrong, and of how many senders what they count under. */
const MAX_REMEMBERED = 10_000;
/** Of what is taken from a header, in characters. */
const MAX_REMEMBERED_LENGTH = 128;

interface OfPrincipal {
  token: Tally;
  account: Tally;
}

/** How much one address, one token and one account may ask of all processes together. */
@Injectable()
export class RateLimits implements OnModuleDestroy {
  readonly addresses: ClientAddresses;
  private readonly perAddress: RateCounter;
  private readonly failures: RateCounter;
  private readonly perToken: RateCounter;
  private readonly perAccount: RateCounter;
  private readonly exchange: RateExchange;
  private readonly ofConnection = new WeakMap<Socket, Tally>();
  private readonly ofPrincipal = new WeakMap<Principal, OfPrincipal>();
  /** By who connected and whom it named: addresses are costly to read. */
  private readonly keys = new Map<string, string | undefined>();
  /** Digests of what was sent as a credential and was none, oldest first. */
  private readonly wrong = new Set<string>();

  constructor(@Inject(ENVIRONMENT) { front }: Environment, @Inject(REDIS) redis: Redis) {
    const logger = new Logger(RateLimits.name);
    this.addresses = new ClientAddresses(front.trustedProxies);
    this.perAddress = new RateCounter('address', inWindow(front.ratePerAddress));
    this.failures = new RateCounter('failures', inWindow(front.failuresPerAddress / 60));
    this.perToken = new RateCounter('token', inWindow(front.ratePerToken));
    this.perAccount = new RateCounter('account', inWindow(front.ratePerAccount));
    const counters = [this.perAddress, this.failures, this.perToken, this.perAccount];
    const outage = new OncePerOutage(logger, 'Rates cannot be shared: each process counts for itself');
    this.exchange = new RateExchange(counters, redis, outage);
  }

  onModuleDestroy(): Promise<void> {
    return this.exchange.stop();
  }

  /** Counts a request against its address. A trusted proxy that speaks for itself is not limited. */
  takeAddress(request: IncomingMessage): RateLimited | undefined {
    const tally = this.addressTally(request);
    if (tally === undefined || this.perAddress.spend(tally)) return undefined;
    return limited(this.perAddress, 'Too many requests from this address.');
  }

  /** Counts a request against its token or session, and against whoever answers for that. */
  takePrincipal(principal: Principal): RateLimited | undefined {
    const tallies = this.principalTallies(principal);
    if (!this.perToken.spend(tallies.token))
      return limited(this.perToken, 'Too many requests with this token or session.');
    if (!this.perAccount.spend(tallies.account))
      return limited(this.perAccount, 'Too many requests of this account.');
    return undefined;
  }

  /** Set while an address has sent so many wrong credentials that no further one is looked up for it. */
  failuresOf(request: IncomingMessage): RateLimited | undefined {
    if (this.failures.size === 0) return undefined;
    const key = this.addressKey(request);
    const tally = key === undefined ? undefined : this.failures.find(key);
    if (tally === undefined || !this.failures.isSpent(tally)) return undefined;
    return limited(this.failures, 'Too many wrong credentials from this address.');
  }

  /**
   * A credential was wrong. One that is sent again and again is a mistake and costs nothing more, lest one service with
   * an old token shuts out all others behind its address.
   */
  failed(request: IncomingMessage, credential: string): void {
    const digest = hash('sha256', credential, 'base64');
    if (this.wrong.has(digest)) return;
    const [oldest] = this.wrong;
    if (this.wrong.size >= MAX_REMEMBERED && oldest !== undefined) this.wrong.delete(oldest);
    this.wrong.add(digest);
    const key = this.addressKey(request);
    if (key !== undefined) this.failures.spend(this.failures.of(key));
  }

  private addressTally(request: IncomingMessage): Tally | undefined {
    if (!this.addresses.areDirect) {
      const key = this.addressKey(request);
      return key === undefined ? undefined : this.perAddress.of(key);
    }
    const held = this.ofConnection.get(request.socket);
    if (held !== undefined && !held.isForgotten) return held;
    const tally = this.perAddress.of(clientNetwork(this.addresses.of(request)));
    this.ofConnection.set(request.socket, tally);
    return tally;
  }

  /** What a client counts under; undefined for a trusted proxy itself. */
  private addressKey(request: IncomingMessage): string | undefined {
    const seen = `${request.socket.remoteAddress} ${request.headers['x-forwarded-for']}`;
    if (this.keys.has(seen)) return this.keys.get(seen);
    const key = this.makeAddressKey(request);
    if (this.keys.size >= MAX_REMEMBERED) this.keys.clear();
    if (seen.length <= MAX_REMEMBERED_LENGTH) this.keys.set(seen, key);
    return key;
  }

  private makeAddressKey(request: IncomingMessage): string | undefined {
    const address = this.addresses.of(request);
    return this.addresses.isTrustedProxy(address) ? undefined : clientNetwork(address);
  }

  private principalTallies(principal: Principal): OfPrincipal {
    const held = this.ofPrincipal.get(principal);
    if (held !== undefined && !held.token.isForgotten && !held.account.isForgotten) return held;
    const tallies = {
      token: this.perToken.of(principal.credentialId),
      account: this.perAccount.of(principal.identity),
    };
    this.ofPrincipal.set(principal, tallies);
    return tallies;
  }
}

/** What a rate is in one window; 0 stands for no limit. */
function inWindow(perSecond: number): number {
  return perSecond === 0 ? Infinity : Math.ceil(perSecond * WINDOW_SECONDS);
}

function limited({ name, limit }: RateCounter, detail: string): RateLimited {
  const retryAfterSeconds = Math.ceil((WINDOW_MS - (Date.now() % WINDOW_MS)) / 1_000);
  const policy = { name, quota: limit, windowSeconds: WINDOW_SECONDS };
  return new RateLimited(`${detail} Try again in ${retryAfterSeconds} s.`, retryAfterSeconds, policy);
}
