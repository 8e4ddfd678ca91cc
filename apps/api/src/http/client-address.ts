import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/** Who sends, when a trusted proxy names nobody that has an address. */
const UNKNOWN = 'unknown';

/** Tells who sends a request. `X-Forwarded-For` counts only as far as trusted proxies wrote it. */
export class ClientAddresses {
  private readonly trusts: ((address: string, hop: number) => boolean) | undefined;

  constructor(trustedProxies: readonly string[]) {
    if (trustedProxies.length > 0) this.trusts = proxyAddr.compile([...trustedProxies]);
  }

  /** The address of the client; of the proxy itself when it names none. */
  of(request: IncomingMessage): string {
    const direct = request.socket.remoteAddress ?? UNKNOWN;
    if (this.trusts === undefined || request.headers['x-forwarded-for'] === undefined) return direct;
    const address = proxyAddr(request, this.trusts);
    return isIP(address) === 0 ? UNKNOWN : address;
  }

  isTrustedProxy(address: string | undefined): boolean {
    return address !== undefined && this.trusts?.(address, 0) === true;
  }

  /** Whether the address of a connection is that of each of its requests. */
  get areDirect(): boolean {
    return this.trusts === undefined;
  }
}

/** What of an address one client has to itself: of IPv6 a /64 (RFC 6177), since it may choose among the rest. */
export function clientNetwork(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length);
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    const missing = 8 - groups.length - after.length;
    groups.push(...Array.from({ length: missing }, () => '0'), ...after);
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
