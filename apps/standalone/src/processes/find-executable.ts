import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The first of these programs that is there, as an absolute path: by its name on the PATH, or where it is said to be. */
export function findExecutable(
  names: readonly string[],
  path = process.env['PATH'] ?? '',
): string | undefined {
  const directories = path.split(delimiter).filter((directory) => directory !== '');
  return names
    .flatMap((name) => (isAbsolute(name) ? [name] : directories.map((directory) => join(directory, name))))
    .find((candidate) => isExecutable(candidate));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
