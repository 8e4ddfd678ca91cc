import { Readable } from 'node:stream';
import { Problem } from '@binnacle/contracts';
import { Occupancy } from '../limits/connection-limits.js';

/** Each holds a batch of entries in memory, and a connection of the pool while it reads the next. */
const MAX_EXPORTS = 8;
const MAX_EXPORTS_PER_WORKSPACE = 2;
/** A reader who takes nothing for so long is given up. */
const STALL_MS = 60_000;
/** So is one who takes a little now and then: a million entries are read in a few minutes. */
const DEADLINE_MS = 30 * 60_000;

/** The exports that are under way in this process. */
export class AuditExports {
  private all = 0;
  private readonly ofWorkspace = new Occupancy();

  /** @param ended when the process stops: a long export must not hold it up */
  constructor(private readonly ended: AbortSignal) {}

  /**
   * A stream of what `open` gives, made no faster than it is read. It is destroyed when its reader or the process does
   * not wait for its end.
   *
   * @throws Problem rate_limited while too many are under way
   */
  async start(
    workspaceId: string,
    open: (onAsked: () => void) => Promise<AsyncIterable<string>>,
  ): Promise<Readable> {
    this.assertRoom(workspaceId);
    this.all += 1;
    this.ofWorkspace.add(workspaceId);
    const leave = (): void => {
      this.all -= 1;
      this.ofWorkspace.remove(workspaceId);
    };
    try {
      // Nothing is asked of the lines before the stream is there.
      const lines = await open(() => stall.refresh());
      const stream = Readable.from(lines, { highWaterMark: 1 });
      const giveUp = (): void => void stream.destroy();
      const stall = setTimeout(giveUp, STALL_MS);
      const deadline = setTimeout(giveUp, DEADLINE_MS);
      stream.once('close', () => {
        clearTimeout(stall);
        clearTimeout(deadline);
        this.ended.removeEventListener('abort', giveUp);
        leave();
      });
      this.ended.addEventListener('abort', giveUp, { once: true });
      if (this.ended.aborted) giveUp();
      return stream;
    } catch (error) {
      leave();
      throw error;
    }
  }

  private assertRoom(workspaceId: string): void {
    if (this.ofWorkspace.of(workspaceId) >= MAX_EXPORTS_PER_WORKSPACE)
      throw new Problem(
        'rate_limited',
        `One process writes ${MAX_EXPORTS_PER_WORKSPACE} exports of a workspace at a time. Try again soon.`,
      );
    if (this.all >= MAX_EXPORTS)
      throw new Problem(
        'rate_limited',
        `One process writes ${MAX_EXPORTS} exports at a time. Try again soon.`,
      );
  }
}
