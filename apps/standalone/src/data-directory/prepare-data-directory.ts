import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.js';

export type DataDirectory = {
  root: string;
  postgres: string;
  redis: string;
  adminTokenFile: string;
  firstAdminPasswordFile: string;
  secretsKeyFile: string;
  /** There while the embedded PostgreSQL runs, for the commands of operators. */
  databaseUrlFile: string;
  logFile(name: string): string;
};

/** Makes the data directory with what lies in it, closed to everybody else. */
export function prepareDataDirectory(root: string): DataDirectory {
  const logs = join(root, 'logs');
  const directory: DataDirectory = {
    root,
    postgres: join(root, 'postgres'),
    redis: join(root, 'redis'),
    adminTokenFile: join(root, 'admin-token'),
    firstAdminPasswordFile: join(root, 'first-admin-password'),
    secretsKeyFile: join(root, 'secrets-key'),
    databaseUrlFile: join(root, 'database-url'),
    logFile: (name) => join(logs, `${name}.log`),
  };
  try {
    for (const path of [root, directory.postgres, directory.redis, logs]) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    chmodSync(root, 0o700);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `the data directory ${root} cannot be used by this user (${reason}): set BINNACLE_DATA_DIR`,
      {
        cause: error,
      },
    );
  }
  return directory;
}
