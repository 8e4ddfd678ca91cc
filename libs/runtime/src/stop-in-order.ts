import type { Logger } from 'pino';

export interface StopInOrderOptions {
  readonly timeoutMs: number;
  /** Also when the parent process, to which an IPC channel leads, has gone. */
  readonly withParent: boolean;
  readonly logger: Logger;
  /** Everything up to the exit. */
  readonly stop: () => Promise<void>;
}

/**
 * Ends the process: on SIGTERM or SIGINT in order and with exit code 0, after an error that nobody caught in order and
 * with 1. A second signal ends it at once, and so does the deadline.
 */
export function stopInOrder({ timeoutMs, withParent, logger, stop }: StopInOrderOptions): void {
  let isStopping = false;
  let isOrphan = false;

  const end = (exitCode: number): void => {
    // Nobody reads what an orphan writes: flushing its last log lines at exit could wait for ever.
    if (isOrphan) process.removeAllListeners('exit');
    process.exit(exitCode);
  };
  const begin = (reason: string, exitCode: number): void => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ reason }, 'Stopping');
    setTimeout(() => {
      logger.error({ timeoutMs }, 'The deadline for stopping is over');
      end(1);
    }, timeoutMs);
    stop().then(
      () => {
        logger.info('Stopped');
        end(exitCode);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'Stopping in order failed');
        end(1);
      },
    );
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      logger.warn({ signal }, 'Ending at once');
      end(1);
    }
    begin(signal, 0);
  };
  const onFatal = (error: unknown): void => {
    logger.fatal({ err: error }, 'An error that nobody caught');
    begin('an error that nobody caught', 1);
  };

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', onFatal);
  process.on('unhandledRejection', onFatal);
  if (withParent) {
    process.on('disconnect', () => {
      isOrphan = true;
      logger.level = 'silent';
      begin('its parent has gone', 0);
    });
    // A listener holds the channel, and with it the process, open.
    process.channel?.unref();
  }
}
