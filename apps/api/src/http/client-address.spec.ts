import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { ClientAddresses, clientNetwork } from './client-address.js';

function request(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

it.each([
  // Trusted, who connects, what it forwards, who it is
  [[], '1.1.1.1', '9.9.9.9', '1.1.1.1'],
  [['10.0.0.0/8'], '1.1.1.1', '9.9.9.9', '1.1.1.1'],
  [['10.0.0.0/8'], '10.1.2.3', '9.9.9.9', '9.9.9.9'],
  [['10.0.0.0/8'], '10.1.2.3', 'evil, 8.8.8.8, 9.9.9.9', '9.9.9.9'],
  [['10.0.0.0/8'], '10.1.2.3', '8.8.8.8, 10.9.9.9', '8.8.8.8'],
  [['10.0.0.0/8'], '::ffff:10.1.2.3', '9.9.9.9', '9.9.9.9'],
  [['10.0.0.0/8'], '10.1.2.3', 'evil', 'unknown'],
  [['10.0.0.0/8'], '10.1.2.3', undefined, '10.1.2.3'],
  [['2001:db8::/32'], '2001:db8::1', '2001:db9::1', '2001:db9::1'],
])('trusting %s, %s that forwards %s is %s', (trusted, remote, forwarded, expected) => {
  expect(new ClientAddresses(trusted).of(request(remote, forwarded))).toBe(expected);
});

it.each([
  ['1.2.3.4', '1.2.3.4'],
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('counts %s as %s', (address, expected) => {
  expect(clientNetwork(address)).toBe(expected);
});
