import { type ConfigSchemaBody, Problem, type SchemaCheckBody } from '@binnacle/contracts';
import { queryOptions } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';

export const SCHEMA_TIMEOUT_MS = 30_000;

export function schemaInForceQuery(service: string) {
  return queryOptions({
    queryKey: ['schemas', 'in-force', service],
    queryFn: async ({ signal }): Promise<ConfigSchemaBody | null> => {
      try {
        return await apiClient.schemas.read(service, { signal, timeoutMs: SCHEMA_TIMEOUT_MS });
      } catch (error) {
        if (Problem.isInstance(error) && error.code === 'not_found') return null;
        throw error;
      }
    },
    meta: { topics: [`service:${service}`] },
  });
}

/** What the server says of a schema, before it is put. Undefined asks nothing. */
export function schemaCheckQuery(service: string, schema: ConfigSchemaBody['schema'] | undefined) {
  return queryOptions({
    queryKey: ['schemas', 'check', service, schema],
    queryFn: ({ signal }): Promise<SchemaCheckBody> =>
      apiClient.schemas.check(service, schema ?? true, { signal, timeoutMs: SCHEMA_TIMEOUT_MS }),
    enabled: schema !== undefined,
    staleTime: 10_000,
    gcTime: 60_000,
  });
}
