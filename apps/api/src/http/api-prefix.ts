import type { INestApplication } from '@nestjs/common';

export const API_PREFIX = 'api/v1';

/** Everything is under the version's prefix but what orchestrators and Prometheus ask for. */
export function useApiPrefix(application: INestApplication): void {
  application.setGlobalPrefix(API_PREFIX, { exclude: ['livez', 'readyz', 'metrics'] });
}
