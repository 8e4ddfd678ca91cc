import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoryDatabase } from './story-database.js';

/** Something that a system left behind, as text. */
export interface Remains {
  readonly where: string;
  readonly text: string;
}

/** Every row of every table. PostgreSQL writes bytes in hexadecimal. */
export async function tableRows(database: StoryDatabase): Promise<Remains[]> {
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  if (tables.length === 0) throw new Error('there are no tables to look at');
  const remains: Remains[] = [];
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>(`select t::text as row from "${name}" t`);
    for (const { row } of rows) remains.push({ where: `the table ${name}`, text: row });
  }
  return remains;
}

/** Every file in a directory and those in it, byte by byte. */
export function filesBelow(directory: string): Remains[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return [{ where: `the file ${path}`, text: readFileSync(path, 'latin1') }];
  });
}
