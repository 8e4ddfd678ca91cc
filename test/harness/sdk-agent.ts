import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BreakerPolicy, BreakerState } from '@binnacle/agent';
import { eventually, within } from './eventually.ts';
import type { AppliedLine, Journal, ReadsLine } from './journal.ts';

const SCRIPT = fileURLToPath(new URL('./sdk-agent-process.ts', import.meta.url));

export interface AgentProcessOptions {
  readonly run: string;
  readonly url: string;
  readonly token: string;
  readonly service: string;
  readonly environment: string;
  readonly instance: { readonly id: string; readonly host?: string };
  readonly cacheDir: string | false;
  readonly heartbeatMs?: number;
  readonly readyTimeoutMs?: number;
  /** Revisions with this key at the top are rejected by its validator. */
  readonly rejectWhen?: string;
  /** Calls a dependency through a breaker, again and again. */
  readonly calls?: {
    readonly url: string;
    readonly breaker: string;
    readonly policy: Partial<BreakerPolicy>;
    readonly everyMs: number;
  };
}

export type AgentProcessMessage =
  | { readonly kind: 'line'; readonly line: AppliedLine | ReadsLine }
  | {
      readonly kind: 'ready';
      readonly source: string;
      readonly revision: number | null;
      readonly afterMs: number;
    }
  | {
      readonly kind: 'state';
      /** On the monotonic clock of the machine. */
      readonly atMs: number;
      readonly from: BreakerState;
      readonly to: BreakerState;
      readonly decidedBy: 'fleet' | 'local';
      readonly reason: string;
    }
  | { readonly kind: 'error'; readonly message: string };

/** A process that links the SDK, as a service would. */
export class SdkAgentProcess {
  readonly run: string;
  readonly messages: AgentProcessMessage[] = [];
  readonly warnings: string[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | null>;

  constructor(options: AgentProcessOptions, journal: Journal) {
    this.run = options.run;
    this.#child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', SCRIPT, JSON.stringify(options)],
      {
        env: { PATH: process.env['PATH'] },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.#closed = once(this.#child, 'close').then(([code]) => code as number | null);
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('a piped output is missing');
    createInterface({ input: stdout }).on('line', (text) => {
      const message = JSON.parse(text) as AgentProcessMessage;
      this.messages.push(message);
      if (message.kind === 'line') journal.write(message.line);
    });
    createInterface({ input: stderr }).on('line', (text) => this.warnings.push(text));
  }

  /** The changes of its breaker's state, as it saw them. */
  get breakerChanges(): Extract<AgentProcessMessage, { kind: 'state' }>[] {
    return this.messages.filter((message) => message.kind === 'state');
  }

  /** The state of its breaker, as it knows it. */
  get breakerState(): BreakerState {
    return this.breakerChanges.at(-1)?.to ?? 'closed';
  }

  /** What it began with. */
  async ready(): Promise<Extract<AgentProcessMessage, { kind: 'ready' }>> {
    return eventually(() => {
      const ready = this.messages.find((message) => message.kind === 'ready');
      if (ready === undefined) throw new Error(`${this.run} is not ready: ${this.warnings.join('\n')}`);
      return ready;
    });
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await within(10_000, `killing ${this.run}`, this.#closed);
  }

  /** SIGTERM; rejects unless it closes its agent and ends with exit code 0. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const code = await within(15_000, `stopping ${this.run}`, this.#closed);
    if (code !== 0) throw new Error(`${this.run} ended with ${code}: ${this.warnings.join('\n')}`);
  }
}
