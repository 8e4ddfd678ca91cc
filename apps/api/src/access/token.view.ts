import type { TokenBody } from '@binnacle/contracts';
import type { TokenRecord } from '@binnacle/store';

export function toTokenView(record: TokenRecord): TokenBody {
  return {
    id: record.id,
    name: record.name,
    role: record.role as TokenBody['role'],
    services: [...record.services],
    environments: [...record.environments],
    permissions: [...record.permissions] as TokenBody['permissions'],
    lastFour: record.lastFour,
    createdBy: record.createdBy,
    identity: record.identity,
    createdAt: record.createdAt.toISOString(),
    expiresAt: record.expiresAt?.toISOString() ?? null,
    revokedAt: record.revokedAt?.toISOString() ?? null,
    lastUsedAt: record.lastUsedAt?.toISOString() ?? null,
    rotatedFrom: record.rotatedFrom,
  };
}
