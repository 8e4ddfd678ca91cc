import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StallReport } from './stall-monitor.js';

/** Reads what an API process notices of itself; see `stall-monitor.ts`. */
export class ProcessWatch {
  readonly #file = join(mkdtempSync(join(tmpdir(), 'binnacle-watch-')), 'stalls.ndjson');
  readonly #monitor = fileURLToPath(new URL('stall-monitor.ts', import.meta.url));
  #sinceMs = 0;

  /** For the process that is to be watched. */
  get environment(): Record<string, string> {
    return { NODE_OPTIONS: `--import=${this.#monitor}`, BINNACLE_STALL_FILE: this.#file };
  }

  /** From now on. */
  begin(): void {
    this.#sinceMs = Date.now();
  }

  /** The longest that its event loop was blocked by what it computed itself; what is not worth telling is 0. */
  get blockedMs(): number {
    return Math.max(0, ...this.#reports().map((report) => ('busyMs' in report ? report.busyMs : 0)));
  }

  /** Prototypes that everything shares, if one of them has changed. */
  get polluted(): string[] {
    return this.#reports().flatMap((report) => ('polluted' in report ? [report.polluted] : []));
  }

  dispose(): void {
    rmSync(dirname(this.#file), { recursive: true });
  }

  #reports(): StallReport[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as StallReport)
      .filter(({ atMs }) => atMs >= this.#sinceMs);
  }
}
