import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../libs/store/dist/audit/cli.js', import.meta.url));
const TIMEOUT_MS = 60_000;

export interface AuditVerdict {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run audit:verify` as a process of its own. */
export function verifyAuditOf(databaseUrl: string, ...options: readonly string[]): Promise<AuditVerdict> {
  return new Promise((resolve, reject) => {
    const environment = { PATH: process.env['PATH'], BINNACLE_DATABASE_URL: databaseUrl };
    execFile(
      process.execPath,
      [SCRIPT, 'verify', ...options],
      { env: environment, timeout: TIMEOUT_MS },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : error.code;
        if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr });
        else reject(error ?? new Error('it ended without an exit code'));
      },
    );
  });
}
