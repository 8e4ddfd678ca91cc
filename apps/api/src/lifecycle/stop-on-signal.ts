import type { Logger } from 'pino';
import type { Environment } from '../environment.js';

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Stops in order on SIGTERM and SIGINT, and when the process that started this one is gone. No stop outlives the
 * deadline; a second signal forces it.
 */
export function stopOnSignal(application: Stoppable, environment: Environment, logger: Logger): void {
  let isStopping = false;
  const stop = (why: string, exitCode: number): void => {
    if (isStopping) {
      logger.warn(`${why} again: stopping at once`);
      process.exit(1);
    }
    isStopping = true;
    logger.info(`${why}: stopping`);
    setTimeout(() => {
      logger.error('The deadline for stopping is over');
      process.exit(1);
    }, environment.shutdownTimeoutMs).unref();
    application.stop().then(
      () => {
        logger.info('Stopped');
        process.exit(exitCode);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'Stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  if (environment.standalone) {
    process.on('disconnect', () => stop('The parent process is gone', 0));
    process.channel?.unref();
  }
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'An exception was not caught');
    if (!isStopping) stop('Uncaught exception', 1);
  });
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'A rejection was not handled');
    if (!isStopping) stop('Unhandled rejection', 1);
  });
}
