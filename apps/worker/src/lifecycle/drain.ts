import { Injectable } from '@nestjs/common';
import type { DrainableWorker } from './drain-workers.js';

/** Whether this process is on its way out, and whose jobs are to be finished first. */
@Injectable()
export class Drain {
  readonly workers: DrainableWorker[] = [];
  private hasBegun = false;

  get isDraining(): boolean {
    return this.hasBegun;
  }

  begin(): void {
    this.hasBegun = true;
  }
}
