import type { INestApplication } from '@nestjs/common';

/** Everything is under the version's prefix but what orchestrators and Prometheus ask for. */
export function useApiPrefix(application: INestApplication): void {
  application.setGlobalPrefix('api/v1', { exclude: ['livez', 'readyz', 'metrics'] });
}
