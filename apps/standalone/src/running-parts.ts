import { describeEnd, type ProcessEnd } from './processes/server-process.js';
import { StartError } from './start-error.js';

/** A process of ours, watched while it runs and stopped in its turn. */
export type Part = {
  name: string;
  pid: number;
  exited: Promise<ProcessEnd>;
  lastLines: () => string[];
  stop: () => Promise<void>;
};

/** What runs, in layers from the bottom up: the parts of one layer stop together, after those above them. */
export class RunningParts {
  private readonly layers: Part[][] = [];

  /** A new uppermost layer, to put parts in as soon as each has started. */
  addLayer(...parts: Part[]): Part[] {
    this.layers.push(parts);
    return parts;
  }

  get isEmpty(): boolean {
    return this.layers.length === 0;
  }

  /** Rejects when a part ends without having been asked to. */
  async failOnUnaskedEnd(): Promise<never> {
    const { part, end } = await Promise.race(
      this.layers.flat().map(async (each) => ({ part: each, end: await each.exited })),
    );
    const details = part.lastLines().map((line) => `${part.name} | ${line}`);
    throw new StartError(`${part.name} ended by itself (${describeEnd(end)}), after these lines:`, {
      details,
    });
  }

  /** From the top down. Resolves to a line for every part that did not end as it should. */
  async stop(): Promise<string[]> {
    const problems: string[] = [];
    for (const layer of this.layers.toReversed()) {
      const results = await Promise.allSettled(layer.map((part) => part.stop()));
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') continue;
        const reason = result.reason instanceof Error ? result.reason.message : String(result.reason);
        problems.push(`${layer[index]?.name} did not stop in order: ${reason}`);
      }
    }
    return problems;
  }

  /** At once and without order. SIGQUIT is PostgreSQL's own way of this: it recovers at the next start. */
  async kill(): Promise<void> {
    const parts = this.layers.flat();
    for (const part of parts) {
      try {
        process.kill(part.pid, part.name === 'PostgreSQL' ? 'SIGQUIT' : 'SIGKILL');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // has ended already
      }
    }
    await Promise.all(parts.map((part) => part.exited));
  }
}
