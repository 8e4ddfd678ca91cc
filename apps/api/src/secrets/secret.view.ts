import type { SecretBody, SecretVersionBody } from '@binnacle/contracts';
import type { SecretRecord, SecretVersionRecord } from '@binnacle/store';

export function toSecretView({ name, version, createdAt, updatedAt, updatedBy }: SecretRecord): SecretBody {
  return {
    name,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}

export function toSecretVersionView({ version, author, createdAt }: SecretVersionRecord): SecretVersionBody {
  return { version, author, createdAt: createdAt.toISOString() };
}
