import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What `npm start` keeps for the commands of operators, in `BINNACLE_DATA_DIR`: the address only while it runs. */
const DATABASE_URL_FILE = 'database-url';
const SECRETS_KEY_FILE = 'secrets-key';
const DEFAULT_DATA_DIRECTORY = '.binnacle';

export interface DatabaseLookup {
  readonly variables?: NodeJS.ProcessEnv;
  /** Whether the login that owns the tables is wanted, where there is one of its own. */
  readonly asOwner: boolean;
  /** Told of the file, when the address is from there: which database it is shows nowhere else. */
  readonly log: (line: string) => void;
}

/**
 * The database that an operator's command works on: as the environment says, else the one of a running `npm start`.
 *
 * @throws Error that names what to set
 */
export function findDatabaseUrl({ variables = process.env, asOwner, log }: DatabaseLookup): string {
  const ownerUrl = asOwner ? variables['BINNACLE_MIGRATION_DATABASE_URL'] : undefined;
  const said = ownerUrl || variables['BINNACLE_DATABASE_URL'] || variables['DATABASE_URL'];
  if (said) return said;
  const file = keptFile(variables, DATABASE_URL_FILE);
  const kept = readKept(file);
  if (kept === undefined)
    throw new Error(
      `Set BINNACLE_DATABASE_URL (or DATABASE_URL) to the database to use. For that of a running npm start, set ` +
        `BINNACLE_DATA_DIR to its data directory: there is no ${file}`,
    );
  log(`Using the database of ${file}`);
  return kept;
}

/** The key ring as text: of the environment, else as `npm start` keeps it; undefined when there is neither. */
export function findSecretsKey(variables: NodeJS.ProcessEnv = process.env): string | undefined {
  return variables['BINNACLE_SECRETS_KEY'] || readKept(keptFile(variables, SECRETS_KEY_FILE));
}

function keptFile(variables: NodeJS.ProcessEnv, name: string): string {
  return join(resolve(variables['BINNACLE_DATA_DIR']?.trim() || DEFAULT_DATA_DIRECTORY), name);
}

function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
