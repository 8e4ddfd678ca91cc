import { parseArgs } from 'node:util';
import type { AuditHead } from '@binnacle/domain';
import { connectPostgres } from '../connect-postgres.js';
import { findDatabaseUrl } from '../operator-settings.js';
import { verifyAudit, type VerifyAuditOptions } from './verify-audit.js';

const usage = `Usage: verify [--workspace <id>] [--from <number>:<hash>]

Checks the audit chain of every workspace, or of one, and prints the head of each. Keep those elsewhere: with --from,
which goes with --workspace and may be given again, a head of before must still be in the chain.
The database is that of BINNACLE_MIGRATION_DATABASE_URL, BINNACLE_DATABASE_URL or DATABASE_URL, else the one of a running
npm start on BINNACLE_DATA_DIR (.binnacle).
Exit code: 0 all whole, 1 a chain is broken, 2 it could not be checked.`;

const CONNECT_TIMEOUT_MS = 10_000;
const PROGRESS_INTERVAL_MS = 2_000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

interface Task extends VerifyAuditOptions {
  readonly connectionString: string;
}

/** Undefined when only the usage was asked for. */
function readTask(): Task | undefined {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      workspace: { type: 'string' },
      from: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  if (positionals.join(' ') !== 'verify') throw new Error(usage);
  const kept = (values.from ?? []).map(readHead);
  if (kept.length > 0 && values.workspace === undefined)
    throw new Error('--from is a head of one workspace: name it with --workspace');
  return { connectionString: findDatabaseUrl({ asOwner: true, log }), workspaceId: values.workspace, kept };
}

function readHead(text: string): AuditHead {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number === undefined || hash === undefined)
    throw new Error(`--from ${text}: must be a head as it was printed, <number>:<64 hexadecimal digits>`);
  return { number: Number(number), hash };
}

/** Returns whether all chains are whole. */
async function verify({ connectionString, ...options }: Task): Promise<boolean> {
  const client = await connectPostgres({ connectionString, connectTimeoutMs: CONNECT_TIMEOUT_MS, log });
  let isWhole = true;
  let saidAtMs = performance.now();
  const onProgress = (workspaceId: string, number: number): void => {
    if (performance.now() - saidAtMs < PROGRESS_INTERVAL_MS) return;
    saidAtMs = performance.now();
    log(`${workspaceId}: whole up to ${number}`);
  };
  try {
    for await (const { workspaceId, end, broken } of verifyAudit(client, { ...options, onProgress })) {
      if (broken === undefined) print(`whole   ${workspaceId}  ${end.number}:${end.hash}`);
      else {
        isWhole = false;
        print(`BROKEN  ${workspaceId}  entry ${broken.number} ${broken.message} (${broken.kind})`);
      }
    }
  } finally {
    await client.end();
  }
  return isWhole;
}

try {
  const task = readTask();
  if (task === undefined) print(usage);
  else process.exitCode = (await verify(task)) ? 0 : 1;
} catch (error) {
  log(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
