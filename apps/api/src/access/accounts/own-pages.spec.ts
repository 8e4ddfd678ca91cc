import { Problem } from '@binnacle/contracts';
import { expect, it } from 'vitest';
import type { Environment } from '../../environment.js';
import { OwnPages } from './own-pages.js';

const host = 'plane.example.org';
const PUBLIC = 'https://plane.example.org/under/a/path';

function pages(publicUrl: string | undefined, corsOrigins: string[] = []): OwnPages {
  return new OwnPages({ front: { publicUrl, corsOrigins } as unknown as Environment['front'] });
}

it.each([
  [true, {}, undefined],
  [true, { origin: 'https://plane.example.org' }, undefined],
  [true, { origin: 'http://plane.example.org' }, undefined],
  [true, { origin: 'https://plane.example.org', 'sec-fetch-site': 'same-origin' }, undefined],
  [false, { origin: 'https://evil.example.org' }, undefined],
  [false, { origin: 'https://plane.example.org:8443' }, undefined],
  [false, { origin: 'https://plane.example.org.evil.com' }, undefined],
  [false, { origin: 'null' }, undefined],
  [false, { origin: 'file://' }, undefined],
  [false, { origin: '' }, undefined],
  [false, { 'sec-fetch-site': 'cross-site' }, undefined],
  [false, { origin: 'https://plane.example.org', 'sec-fetch-site': 'cross-site' }, undefined],
  [true, { origin: 'https://plane.example.org' }, PUBLIC],
  [false, { origin: 'http://plane.example.org' }, PUBLIC],
  [false, { origin: 'https://other.example.org' }, PUBLIC],
])('says %s to %o, public as %s', (expected, headers, publicUrl) => {
  expect(pages(publicUrl).mayHaveSent({ host, ...headers })).toBe(expected);
});

it('takes the public address for its own, whatever host a proxy asks for', () => {
  const headers = { host: 'api.internal:7420', origin: 'https://plane.example.org' };
  expect(pages(PUBLIC).mayHaveSent(headers)).toBe(true);
  expect(pages(undefined).mayHaveSent(headers)).toBe(false);
  expect(() => pages(undefined).refuseOthers(headers)).toThrow(Problem);
});

it('trusts pages of the origins that were listed', () => {
  const headers = { host, origin: 'https://console.example.org', 'sec-fetch-site': 'same-site' };
  expect(pages(PUBLIC, ['https://console.example.org']).mayHaveSent(headers)).toBe(true);
  expect(pages(PUBLIC, ['https://another.example.org']).mayHaveSent(headers)).toBe(false);
});
