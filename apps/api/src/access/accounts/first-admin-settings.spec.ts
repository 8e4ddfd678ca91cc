import { expect, it } from 'vitest';
import { firstAdminFaults, readFirstAdmin } from './first-admin-settings.js';

const variables = (email?: string, password?: string) => ({
  BINNACLE_FIRST_ADMIN_EMAIL: email,
  BINNACLE_FIRST_ADMIN_PASSWORD: password,
});
const GOOD = 'a lantern over the bow';

it.each([
  [undefined, undefined],
  ['', ''],
])('may be left out', (email, password) => {
  expect(firstAdminFaults(variables(email, password))).toEqual([]);
  expect(readFirstAdmin(variables(email, password))).toBeUndefined();
});

it('is an e-mail in lower case and a password', () => {
  expect(firstAdminFaults(variables('Ann@Example.org', GOOD))).toEqual([]);
  expect(readFirstAdmin(variables('Ann@Example.org', GOOD))).toEqual({
    email: 'ann@example.org',
    password: GOOD,
  });
  expect(firstAdminFaults(variables('admin@binnacle.local', GOOD))).toEqual([]);
});

it.each([
  ['ann@example.org', undefined, 'BINNACLE_FIRST_ADMIN_PASSWORD is missing'],
  [undefined, GOOD, 'BINNACLE_FIRST_ADMIN_EMAIL is missing'],
  ['ann', GOOD, 'BINNACLE_FIRST_ADMIN_EMAIL must be'],
  ['ann@example.org', 'too short', 'BINNACLE_FIRST_ADMIN_PASSWORD is not valid'],
  ['ann@example.org', 'Changeme2026!', 'BINNACLE_FIRST_ADMIN_PASSWORD is one of the most common'],
  ['ann.b.longer@example.org', 'ann.b.longer', 'BINNACLE_FIRST_ADMIN_PASSWORD must not be the e-mail'],
])('names the variable that is wrong, not its value: %s, %s', (email, password, fault) => {
  const faults = firstAdminFaults(variables(email, password));
  expect(faults).toEqual([expect.stringContaining(fault)]);
  if (password !== undefined) expect(faults.join()).not.toContain(password);
});
