/** Where the agent speaks. `console` and pino's logger both fit. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Says nothing of ordinary events, and turns warnings into Node's own process warnings (stderr, or `on('warning')`). */
export const processWarnings: Logger = {
  info: () => {},
  warn: (message) => process.emitWarning(message, 'BinnacleWarning'),
  error: (message) => process.emitWarning(message, 'BinnacleWarning'),
};

/** A logger that cannot hurt its caller: what the given one throws becomes a process warning. */
export function guardLogger(logger: Logger): Logger {
  const guard = (level: keyof Logger) => (message: string) => {
    try {
      logger[level](`binnacle: ${message}`);
    } catch (error) {
      processWarnings.warn(`binnacle: the logger threw (${reasonOf(error)}) on: ${message}`);
    }
  };
  return { info: guard('info'), warn: guard('warn'), error: guard('error') };
}

/** Logs each key once until it is forgotten, so that a lasting fault is one line. */
export class OnceLogger {
  readonly #logger: Logger;
  readonly #seen = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  warn(key: string, message: string): void {
    // A bound, in case that keys come from data.
    if (this.#seen.has(key) || this.#seen.size >= 1_000) return;
    this.#seen.add(key);
    this.#logger.warn(message);
  }

  forget(): void {
    this.#seen.clear();
  }
}

/** What was thrown, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error));
}
