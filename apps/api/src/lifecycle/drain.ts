import { Injectable } from '@nestjs/common';

/** Whether this process is on its way out. Readiness, long polls and sockets look at it. */
@Injectable()
export class Drain {
  private readonly controller = new AbortController();

  /** Aborted when draining begins. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isDraining(): boolean {
    return this.controller.signal.aborted;
  }

  begin(): void {
    this.controller.abort();
  }
}
