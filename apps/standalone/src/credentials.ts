import { randomBytes } from 'node:crypto';
import { findOrMakeSecret, generatePassword } from './data-directory/kept-secret.js';
import type { DataDirectory } from './data-directory/prepare-data-directory.js';
import type { Environment } from './environment.js';

export type Credentials = {
  /** For the API alone. */
  variables: Record<
    | 'BINNACLE_ADMIN_TOKEN'
    | 'BINNACLE_FIRST_ADMIN_EMAIL'
    | 'BINNACLE_FIRST_ADMIN_PASSWORD'
    | 'BINNACLE_SECRETS_KEY',
    string
  >;
  /** Writes those that are new into the data directory. */
  keep(): void;
  /** How to come in, and what is shown this once. */
  describe(): string[];
};

/** What the API needs and the environment does not say is found in the data directory, or made. */
export function chooseCredentials(environment: Environment, directory: DataDirectory): Credentials {
  const { adminToken, firstAdminEmail, firstAdminPassword, secretsKey } = environment;
  const key = fromUnlessSet(secretsKey, directory.secretsKeyFile, () => randomBytes(32).toString('base64'));
  const token = fromUnlessSet(
    adminToken,
    directory.adminTokenFile,
    () => `bnk_${randomBytes(32).toString('base64url')}`,
  );
  const password = fromUnlessSet(firstAdminPassword, directory.firstAdminPasswordFile, generatePassword);
  return {
    variables: {
      BINNACLE_ADMIN_TOKEN: token.secret,
      BINNACLE_FIRST_ADMIN_EMAIL: firstAdminEmail,
      BINNACLE_FIRST_ADMIN_PASSWORD: password.secret,
      BINNACLE_SECRETS_KEY: key.secret,
    },
    keep: () => [key, token, password].forEach((each) => each.keep()),
    describe: () => [
      ...(token.isNew ? [`the first admin token, printed only this once: ${token.secret}`] : []),
      ...(token.isSet ? [] : [`the admin token is kept in ${directory.adminTokenFile}`]),
      password.isNew
        ? `sign in as ${firstAdminEmail}, with a password printed only this once: ${password.secret}`
        : `sign in as ${firstAdminEmail}`,
      password.isSet
        ? `${firstAdminEmail}'s first password is that of BINNACLE_FIRST_ADMIN_PASSWORD`
        : `${firstAdminEmail}'s first password is kept in ${directory.firstAdminPasswordFile}`,
    ],
  };
}

function fromUnlessSet(value: string | undefined, file: string, generate: () => string) {
  return value === undefined
    ? { ...findOrMakeSecret(file, generate), isSet: false }
    : { secret: value, isNew: false, isSet: true, keep: () => {} };
}
