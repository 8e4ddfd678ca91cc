import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's logger on pino: `logger.warn({ err }, 'message')` and `logger.warn('message')` both come out as one line. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(
    level: 'info' | 'error' | 'warn' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const texts = rest.filter((part) => typeof part === 'string');
    const [context] = texts.slice(-1);
    if (typeof message === 'object' && message !== null) {
      this.logger[level]({ context, ...message }, texts.length > 1 ? texts[0] : undefined);
    } else {
      this.logger[level]({ context: isNestOwn(context) ? 'nest' : context }, String(message));
    }
  }
}

function isNestOwn(context: string | undefined): boolean {
  return (
    context !== undefined &&
    /^(NestFactory|InstanceLoader|RoutesResolver|RouterExplorer|NestApplication)$/.test(context)
  );
}
