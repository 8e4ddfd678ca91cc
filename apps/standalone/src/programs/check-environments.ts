import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartError } from '../start-error.js';

const checkTimeoutMs = 30_000;

export type EnvironmentCheck = { script: string; environment: NodeJS.ProcessEnv };

/**
 * Has each program say what it would refuse at its start, before anything else is started for it.
 *
 * @throws StartError in the words of the first that refuses something
 */
export async function checkEnvironments(checks: EnvironmentCheck[], signal: AbortSignal): Promise<void> {
  const outcomes = await Promise.allSettled(checks.map((check) => runCheck(check, signal)));
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
}

async function runCheck({ script, environment }: EnvironmentCheck, signal: AbortSignal): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [script], {
      env: environment,
      timeout: checkTimeoutMs,
      killSignal: 'SIGKILL',
      signal,
    });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new StartError(said === '' ? `${script} could not be run` : said, { cause: error });
  }
}
