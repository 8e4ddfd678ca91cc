import { configDefaults, defineConfig } from 'vitest/config';

/** Specs that want the servers of the run lie beside their source like all others, and say so in their name. */
const NEEDS_SERVERS = 'apps/*/src/**/*.stores.spec.ts';

/**
 * Three projects, from fast to slow. `unit` needs nothing that is running; `stores` and `stories` get a real
 * PostgreSQL and a real Redis from their global setup.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'libs/{domain,contracts,runtime,agent,client}/src/**/*.spec.ts',
            'apps/*/src/**/*.spec.ts',
            'test/harness/**/*.spec.ts',
          ],
          exclude: [...configDefaults.exclude, NEEDS_SERVERS],
        },
      },
      {
        test: {
          name: 'stores',
          include: ['libs/store/src/**/*.spec.ts', NEEDS_SERVERS],
          globalSetup: ['test/harness/servers.setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'stories',
          include: ['test/stories/**/*.story.ts', 'test/faults/**/*.story.ts', 'test/console/**/*.story.ts'],
          globalSetup: ['test/harness/servers.setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
