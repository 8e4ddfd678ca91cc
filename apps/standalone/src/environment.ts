import { resolve } from 'node:path';
import { StartError } from './start-error.js';

export type Environment = {
  dataDirectory: string;
  /** 0 asks for any free one. */
  port: number;
  shutdownTimeoutMs: number;
  adminToken: string | undefined;
  /** Whom the API makes while there is nobody yet. The password is generated when it is not set. */
  firstAdminEmail: string;
  firstAdminPassword: string | undefined;
  secretsKey: string | undefined;
  /** Servers of the operator, used instead of the embedded ones. */
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
};

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the environment once; throws a `StartError` that names the variable and what would be right. */
export function readEnvironment(variables: Variables, currentDirectory: string): Environment {
  return {
    dataDirectory: resolve(currentDirectory, read(variables, 'BINNACLE_DATA_DIR')?.value ?? '.binnacle'),
    port: readInteger(variables, 'BINNACLE_PORT', 7420, 0, 65_535),
    shutdownTimeoutMs: readInteger(variables, 'BINNACLE_SHUTDOWN_TIMEOUT_MS', 30_000, 0, 3_600_000),
    adminToken: readAdminToken(variables),
    firstAdminEmail: read(variables, 'BINNACLE_FIRST_ADMIN_EMAIL')?.value ?? 'admin@binnacle.local',
    firstAdminPassword: read(variables, 'BINNACLE_FIRST_ADMIN_PASSWORD')?.value,
    secretsKey: readSecretsKey(variables),
    databaseUrl: readUrl(variables, ['BINNACLE_DATABASE_URL', 'DATABASE_URL'], ['postgres:', 'postgresql:']),
    redisUrl: readUrl(variables, ['BINNACLE_REDIS_URL', 'REDIS_URL'], ['redis:', 'rediss:']),
  };
}

/** The first of these that is set; an empty one counts as unset. */
function read(variables: Variables, ...names: string[]): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = variables[name]?.trim();
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

function readInteger(variables: Variables, name: string, fallback: number, min: number, max: number): number {
  const value = read(variables, name)?.value;
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) {
    throw new StartError(`${name} is "${value}": it must be a whole number from ${min} to ${max}`);
  }
  return number;
}

function readUrl(variables: Variables, names: string[], protocols: string[]): string | undefined {
  const found = read(variables, ...names);
  if (found === undefined) return undefined;
  // the value is not repeated: it may hold a password
  if (!URL.canParse(found.value) || !protocols.includes(new URL(found.value).protocol)) {
    throw new StartError(`${found.name} must be a URL that begins with ${protocols.join('// or ')}//`);
  }
  return found.value;
}

function readAdminToken(variables: Variables): string | undefined {
  const value = read(variables, 'BINNACLE_ADMIN_TOKEN')?.value;
  if (value !== undefined && /[^\x21-\x7e]/.test(value)) {
    throw new StartError('BINNACLE_ADMIN_TOKEN must be printable ASCII without blanks');
  }
  return value;
}

/** One key, or several as `id:base64` with commas between them: rotated keys stay for what they still unwrap. */
function readSecretsKey(variables: Variables): string | undefined {
  const value = read(variables, 'BINNACLE_SECRETS_KEY')?.value;
  const keys = value?.split(',').map((entry) => entry.trim().replace(/^[\w.-]+:/, ''));
  if (keys?.every((key) => Buffer.from(key, 'base64').length === 32) === false) {
    throw new StartError(
      'BINNACLE_SECRETS_KEY must be 32 bytes in base64, such as of: openssl rand -base64 32',
    );
  }
  return value;
}
