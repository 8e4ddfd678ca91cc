import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

/** The oldest releases on which vitest runs, of the versions of Node that the agent SDK supports beside the plane's. */
const OLDEST_MINOR = { 20: 19, 22: 12 };

/** The machine's own Node when it is 20 or 22; npm puts that of this project, which is newer, before it in the PATH. */
export function findOlderNode(path = process.env.PATH ?? '') {
  return path
    .split(delimiter)
    .filter((directory) => directory !== '' && !directory.split(sep).includes('node_modules'))
    .map((directory) => join(directory, 'node'))
    .filter(isExecutable)
    .map((file) => ({ path: file, version: versionOf(file) }))
    .find(({ version }) => isOlder(version));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(file) {
  return (
    spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000 }).stdout?.trim().replace(/^v/, '') ??
    ''
  );
}

function isOlder(version) {
  const [major, minor] = version.split('.').map(Number);
  const oldest = OLDEST_MINOR[major];
  return oldest !== undefined && minor >= oldest;
}
