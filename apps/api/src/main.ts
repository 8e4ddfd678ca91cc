import 'reflect-metadata';
import { pino } from 'pino';
import { stopInOrder } from '@binnacle/runtime';
import { defaultMigrationsDir, migrate } from '@binnacle/store';
import { type Application, createApplication } from './application.js';
import { environmentOrExit } from './environment-or-exit.js';

async function main(): Promise<void> {
  const environment = environmentOrExit();
  const logger = pino({
    level: environment.logLevel,
    name: 'api',
    redact: ['req.headers.authorization', 'token'],
  });
  let application: Application | undefined;
  stopInOrder({
    timeoutMs: environment.shutdownTimeoutMs,
    withParent: environment.standalone,
    logger,
    stop: async () => application?.stop(),
  });
  try {
    const log = (message: string) => logger.info(message);
    await migrate({
      connectionString: environment.migrationDatabaseUrl,
      migrationsDir: defaultMigrationsDir(),
      log,
    });
    application = await createApplication(environment, logger);
    await application.start();
  } catch (error) {
    logger.fatal({ err: error }, 'The API could not start');
    process.exit(1);
  }
}

await main();
