/**
 * Why a database could not be migrated: `failed` a migration did not finish, `unknown` the database has one that
 * this code does not, `locked` another process did not finish in time, `invalid` the folder or an argument is wrong.
 */
export type MigrationErrorReason = 'failed' | 'unknown' | 'locked' | 'invalid';

/** Its message is one that an operator can act on. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(
    readonly reason: MigrationErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
