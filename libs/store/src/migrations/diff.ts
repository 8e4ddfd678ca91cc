import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connectPostgres } from '../connect-postgres.js';
import { MigrationError } from './migration-error.js';
import { readMigrations, type Migration } from './migration-folder.js';
import { migrationList, noFilters, withSchemaEngine } from './schema-engine.js';

export interface DiffOptions {
  /** A server on which a scratch database may be created; the database that it names is not touched. */
  connectionString: string;
  migrationsDir: string;
  schemaPath: string;
  log: (message: string) => void;
}

/** The SQL that leads from the migrations to the schema, or undefined when they say the same. */
export async function diffMigrations(options: DiffOptions): Promise<string | undefined> {
  const migrations = await readMigrations(options.migrationsDir);
  const schema = await readFile(options.schemaPath, 'utf8');
  const { connectionString, log } = options;
  const client = await connectPostgres({ connectionString, connectTimeoutMs: 30_000, log });
  const scratch = `binnacle_diff_${randomBytes(6).toString('hex')}`;
  try {
    await client.query(`CREATE DATABASE ${scratch} TEMPLATE template0`);
    try {
      return await diffIn(databaseUrl(connectionString, scratch), migrations, schema, options.migrationsDir);
    } finally {
      await client.query(`DROP DATABASE ${scratch} WITH (FORCE)`);
    }
  } finally {
    await client.end();
  }
}

function diffIn(
  scratchUrl: string,
  migrations: readonly Migration[],
  schema: string,
  migrationsDir: string,
): Promise<string | undefined> {
  const files = [{ path: 'schema.prisma', content: schema }];
  return withSchemaEngine(scratchUrl, async (engine) => {
    const migrationsList = migrationList(migrationsDir, migrations);
    await engine.applyMigrations({ migrationsList, filters: noFilters });
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: migrationsDir },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: noFilters,
    });
    if (exitCode === 0) return undefined;
    if (!stdout) throw new MigrationError('invalid', 'The schema engine found a difference but gave no SQL');
    return stdout;
  });
}

/** The same server and user, another database. */
export function databaseUrl(connectionString: string, database: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${database}`;
  return url.href;
}
