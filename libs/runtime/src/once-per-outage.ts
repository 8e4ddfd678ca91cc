/** The part of a logger that is needed. */
export interface OutageLog {
  warn(fields: { err: unknown }, message: string): void;
  log(message: string): void;
}

/** Logs the first failure of an outage and its end, not every failure in between. */
export class OncePerOutage {
  private isFailing = false;

  constructor(
    private readonly logger: OutageLog,
    private readonly message: string,
  ) {}

  failed(error: unknown): void {
    if (this.isFailing) return;
    this.isFailing = true;
    this.logger.warn({ err: error }, this.message);
  }

  succeeded(): void {
    if (!this.isFailing) return;
    this.isFailing = false;
    this.logger.log(`Over: ${this.message}`);
  }
}
