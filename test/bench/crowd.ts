import { platform } from 'node:os';
import type { CrowdCommands, GroupOptions } from './crowd-process.ts';
import { type Program, startProgram } from './program.ts';

export type CrowdGroup = Omit<GroupOptions, 'localAddress' | 'idPrefix'>;

/** Light agents in processes of their own, in groups: one for each server that is measured. */
export class Crowd {
  readonly #programs: readonly Program<CrowdCommands>[];

  private constructor(programs: readonly Program<CrowdCommands>[]) {
    this.#programs = programs;
  }

  static async start(processes: number): Promise<Crowd> {
    return new Crowd(
      await Promise.all(
        Array.from({ length: processes }, () => startProgram<CrowdCommands>('./crowd-process.ts')),
      ),
    );
  }

  /** Resolves when all `count` agents are connected. */
  async connect(options: CrowdGroup): Promise<void> {
    const each = Math.ceil(options.count / this.#programs.length);
    await Promise.all(
      this.#programs.map((program, index) =>
        program.call('connect', {
          ...options,
          count: Math.min(each, options.count - index * each),
          // Linux answers to all of 127.0.0.0/8; elsewhere 127.0.0.1 is the only one.
          localAddress: platform() === 'linux' ? `127.0.0.${index + 2}` : undefined,
          idPrefix: `agent-${index}`,
        }),
      ),
    );
  }

  /** When the last agent had received this revision, and when its `applied` was acknowledged. */
  async awaitRound(group: string, revision: number) {
    const ends = await Promise.all(
      this.#programs.map((program) => program.call('awaitRound', { group, revision })),
    );
    return {
      lastReceivedMs: Math.max(...ends.map((end) => end.lastReceivedMs)),
      lastAnsweredMs: Math.max(...ends.map((end) => end.lastAnsweredMs)),
    };
  }

  /** Acknowledged reports a second. */
  async reportFor(group: string, durationMs: number): Promise<number> {
    const parts = await Promise.all(
      this.#programs.map((program) => program.call('reportFor', { group, durationMs })),
    );
    return parts.reduce((sum, { answered, tookMs }) => sum + (answered / tookMs) * 1000, 0);
  }

  async reportOnce(group: string): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.call('reportOnce', { group })));
  }

  async state(group: string) {
    const states = await Promise.all(this.#programs.map((program) => program.call('state', { group })));
    const sum = (key: 'connected' | 'closed' | 'refused') =>
      states.reduce((total, state) => total + state[key], 0);
    return { connected: sum('connected'), closed: sum('closed'), refused: sum('refused') };
  }

  async close(group: string): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.call('close', { group })));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
  }
}
