import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));
const TIMEOUT_MS = 60_000;

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real `binnacle` command as a process of its own, with these variables and no others of Binnacle's. */
export async function runCli(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<CliRun> {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('BINNACLE_'));
  const env = { ...Object.fromEntries(others), ...variables };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [SCRIPT, ...args], { env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) return resolve({ exitCode: 0, stdout, stderr });
      if (typeof error.code !== 'number') return reject(error);
      resolve({ exitCode: error.code, stdout, stderr });
    });
  });
}
