import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MigrationError } from './migration-error.js';

export interface Migration {
  name: string;
  sql: string;
}

/** `prisma/migrations` of the tree that this file lies in: four folders up, from `src` as from `dist`. */
export function defaultMigrationsDir(): string {
  return fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));
}

/** All migrations of a folder in the order in which they apply, which is the order of their names. */
export async function readMigrations(migrationsDir: string): Promise<Migration[]> {
  const entries = await readdir(migrationsDir, { withFileTypes: true }).catch((error: unknown) => {
    throw new MigrationError('invalid', `Cannot read the migrations in ${migrationsDir}`, { cause: error });
  });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.toSorted().map(async (name) => ({
      name,
      sql: await readFile(join(migrationsDir, name, 'migration.sql'), 'utf8'),
    })),
  );
}

/** Writes a new migration behind all others and returns its name, `20261122215000_add_things`. */
export async function writeMigration(
  migrationsDir: string,
  title: string,
  sql: string,
  now: Date,
): Promise<string> {
  if (!/^[a-z0-9]+([-_][a-z0-9]+)*$/.test(title)) {
    throw new MigrationError('invalid', `A migration is named like add-things, not "${title}"`);
  }
  const timestamp = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const name = `${timestamp}_${title.replaceAll('-', '_')}`;
  const last = (await readMigrations(migrationsDir)).at(-1);
  if (last && last.name >= name) {
    throw new MigrationError('invalid', `${name} would come before ${last.name}: look at the clock`);
  }
  await mkdir(join(migrationsDir, name));
  await writeFile(join(migrationsDir, name, 'migration.sql'), sql);
  return name;
}
