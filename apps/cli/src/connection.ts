import { type Client, createClient } from '@binnacle/client';
import { UsageError } from './usage-error.js';

/**
 * A client of the control plane that the environment names. The token is read from there alone: what stands among the
 * arguments of a command is seen by everybody on the machine.
 */
export function connect(variables: NodeJS.ProcessEnv): Client {
  const { BINNACLE_URL: url = '', BINNACLE_TOKEN: token = '' } = variables;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError('Set BINNACLE_URL to the address of Binnacle, such as https://binnacle.example.org');
  if (token.trim() === '') throw new UsageError('Set BINNACLE_TOKEN to a token of the workspace');
  return createClient({ url, token: token.trim(), timeoutMs: 30_000 });
}
