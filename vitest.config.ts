import { defineConfig } from 'vitest/config';

/**
 * Three projects, from fast to slow. `unit` needs nothing; `stores` and `stories` get a real PostgreSQL and a
 * real Redis from their global setup.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['libs/{domain,contracts,agent,client}/src/**/*.spec.ts', 'apps/*/src/**/*.spec.ts'],
        },
      },
      {
        test: {
          name: 'stores',
          include: ['libs/store/src/**/*.spec.ts'],
          globalSetup: ['test/harness/servers.setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'stories',
          include: ['test/stories/**/*.story.ts', 'test/faults/**/*.story.ts'],
          globalSetup: ['test/harness/servers.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
