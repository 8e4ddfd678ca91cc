import { parseArgs } from 'node:util';
import { openDatabase } from '../database.js';
import { findDatabaseUrl, findSecretsKey } from '../operator-settings.js';
import { type KeyRing, readKeyRing } from './key-ring.js';
import { type Rotation, rotateSecrets } from './rotate-secrets.js';

const usage = `Usage: secrets:rotate [--data-keys [--before <time>]]

Wraps every data key with the first key of BINNACLE_SECRETS_KEY, and opens every value. With --data-keys, every workspace also
gets a new data key and every value is sealed again; --before goes on with one that was interrupted. The database is that of
BINNACLE_DATABASE_URL or DATABASE_URL, else the one of a running npm start on BINNACLE_DATA_DIR (.binnacle), where the key is
as well when it is not set.
Exit code: 0 all values open and are under the first key, 1 not so.`;

const STATEMENT_TIMEOUT_MS = 30_000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Returns the exit code: 0 when every value opens and is under the first key, 1 when not. */
async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'data-keys': { type: 'boolean', default: false },
      before: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return 0;
  }
  const connectionString = findDatabaseUrl({ asOwner: false, log: print });
  const ring = readKeyRing(findSecretsKey());
  const dataKeysBefore = readMoment(values['data-keys'], values.before);
  print(`Keys in the ring: ${ring.ids.join(', ')}. The first one wraps.`);
  if (dataKeysBefore !== undefined)
    print(
      `Replacing data keys from before ${dataKeysBefore.toISOString()}. ` +
        `To go on after an interruption: --data-keys --before ${dataKeysBefore.toISOString()}`,
    );
  const database = openDatabase({
    connectionString,
    poolSize: 2,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    acquireTimeoutMs: 10_000,
    applicationName: 'binnacle-secrets-rotate',
    onError: (error) => process.stderr.write(`An idle database connection broke: ${error.message}\n`),
  });
  try {
    return report(ring, await rotateSecrets({ database, ring, dataKeysBefore, log: print }));
  } finally {
    await database.close();
  }
}

function readMoment(isWanted: boolean, before: string | undefined): Date | undefined {
  if (!isWanted && before !== undefined) throw new Error('--before goes with --data-keys');
  if (!isWanted) return undefined;
  const moment = before === undefined ? new Date() : new Date(before);
  if (Number.isNaN(moment.getTime())) throw new Error('--before must be a time such as 2026-11-23T10:00:00Z');
  return moment;
}

function report(ring: KeyRing, rotation: Rotation): number {
  const { workspaces, rewrapped, newDataKeys, resealed, opened, broken, wrappedBy } = rotation;
  print(
    `${workspaces} workspaces: ${rewrapped} data keys wrapped again, ${newDataKeys} new, ` +
      `${resealed} values sealed again, ${opened} opened.`,
  );
  if (broken.length > 0) {
    print(`${broken.length} did not open; they are named above. Drop no key from the ring.`);
    return 1;
  }
  const others = [...wrappedBy.keys()].filter((id) => id !== ring.primary.id);
  if (others.length > 0) {
    print(
      `Data keys were made with ${others.join(', ')} meanwhile: give every API process the new ring, and run this again.`,
    );
    return 1;
  }
  const unused = ring.ids.filter((id) => id !== ring.primary.id);
  if (unused.length > 0)
    print(
      `Nothing is wrapped with ${unused.join(', ')} any more: once every API process runs with ${ring.primary.id} as ` +
        `its first key, drop the rest from BINNACLE_SECRETS_KEY. Keep them with backups from before.`,
    );
  return 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
