import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { StartError } from '../start-error.js';
import { checkEnvironments } from './check-environments.js';
import { NOT_STARTED } from './program-environments.js';

const scriptOf = (app: string) =>
  fileURLToPath(new URL(`../../../${app}/dist/check-environment.js`, import.meta.url));

/** Has the programs themselves look. */
function check(variables: NodeJS.ProcessEnv, signal = new AbortController().signal): Promise<void> {
  const environment = {
    PATH: process.env['PATH'],
    BINNACLE_STANDALONE: '1',
    BINNACLE_DATABASE_URL: NOT_STARTED.databaseUrl,
    BINNACLE_REDIS_URL: NOT_STARTED.redisUrl,
    BINNACLE_SECRETS_KEY: randomBytes(32).toString('base64'),
    ...variables,
  };
  return checkEnvironments(
    ['api', 'worker'].map((app) => ({ script: scriptOf(app), environment })),
    signal,
  );
}

it('lets pass what the programs would start with', () => expect(check({})).resolves.toBeUndefined());

it.each([
  ['BINNACLE_ADMIN_TOKEN', 'admin'],
  ['BINNACLE_SECRETS_KEY', 'hunter2'],
  ['BINNACLE_PUBLIC_URL', 'hunter2'],
  ['BINNACLE_SWEEP_INTERVAL_MS', 'often'],
])('tells in the one line of the program that %s is wrong', async (variable, value) => {
  const error: unknown = await check({ [variable]: value }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartError);
  expect(String(error)).toMatch(new RegExp(`^[^\\n]*not usable. ${variable}[^\\n]*$`));
  expect(String(error)).not.toContain('hunter2');
});

it('is given up with the start', () =>
  expect(check({}, AbortSignal.abort())).rejects.toThrow('could not be run'));
