import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findDatabaseUrl } from '../operator-settings.js';
import { diffMigrations } from './diff.js';
import { migrate, migrationStatus, resolveMigration, type MigrateOptions } from './migrate.js';
import { defaultMigrationsDir, writeMigration } from './migration-folder.js';

const usage =
  'Usage: migrate [--rolled-back <migration> | --applied <migration>] | diff [--name <title>] | status';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Returns the exit code: 0 as it should be, 1 not so, 2 a difference between migrations and schema. */
async function run(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      'rolled-back': { type: 'string' },
      applied: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return 0;
  }
  const log = (message: string) => void process.stderr.write(`${message}\n`);
  const connectionString = findDatabaseUrl({ asOwner: true, log });
  const options: MigrateOptions = { connectionString, migrationsDir: defaultMigrationsDir(), log };

  switch (positionals.join(' ')) {
    case 'migrate':
      return runMigrate(options, values['rolled-back'], values.applied);
    case 'diff':
      return runDiff(options, values.name);
    case 'status':
      return runStatus(options);
    default:
      throw new Error(usage);
  }
}

async function runMigrate(options: MigrateOptions, rolledBack?: string, applied?: string): Promise<number> {
  if (rolledBack) await resolveMigration(options, rolledBack, 'rolled-back');
  if (applied) await resolveMigration(options, applied, 'applied');
  const result = await migrate(options);
  if (result.applied.length === 0) print('The database is up to date');
  return 0;
}

async function runDiff(options: MigrateOptions, title?: string): Promise<number> {
  const { migrationsDir } = options;
  const sql = await diffMigrations({ ...options, schemaPath: join(migrationsDir, '..', 'schema.prisma') });
  if (!sql) {
    print('The migrations and the schema say the same');
    return 0;
  }
  if (!title) {
    print(sql);
    return 2;
  }
  print(`Wrote ${join(migrationsDir, await writeMigration(migrationsDir, title, sql, new Date()))}`);
  return 0;
}

async function runStatus(options: MigrateOptions): Promise<number> {
  const status = await migrationStatus(options);
  for (const name of status.applied) print(`applied  ${name}`);
  for (const name of status.pending) print(`pending  ${name}`);
  for (const { name, cause } of status.failed) print(`failed   ${name}: ${cause}`);
  for (const name of status.unknown) print(`unknown  ${name} (from a newer version)`);
  if (status.running) print('Another process is migrating now');
  const wrong = status.pending.length + status.failed.length + status.unknown.length;
  return wrong > 0 || status.running ? 1 : 0;
}

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
