import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { eventually, within } from './eventually.js';

/** More than any story prints: some search all that was said. */
const KEPT_LINES = 50_000;
const READY_TIMEOUT_MS = 60_000;
const DEFAULT_STOP_MS = 20_000;

export interface PlaneProcessOptions {
  readonly name: string;
  readonly script: string;
  readonly port: number;
  /** All that it inherits, besides PATH. */
  readonly environment: Readonly<Record<string, string>>;
}

interface Running {
  readonly child: ChildProcess;
  readonly closed: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** One API or worker as a real process. It keeps its port through restarts. */
export class PlaneProcess {
  readonly name: string;
  readonly url: string;
  readonly logs: string[] = [];
  readonly #options: PlaneProcessOptions;
  #running: Running | null = null;

  constructor(options: PlaneProcessOptions) {
    this.#options = options;
    this.name = options.name;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Resolves when it says that it is ready. `changes` to its environment hold for this run. */
  async start(changes: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.spawn(changes);
    await this.ready();
  }

  /** Resolves as soon as there is a process, which then is not ready for long. */
  async spawn(changes: Readonly<Record<string, string>> = {}): Promise<void> {
    const { script, environment } = this.#options;
    // By the IPC channel it notices, when the run is ended hard, that it should end too.
    const child = spawn(process.execPath, ['--enable-source-maps', script], {
      env: { PATH: process.env['PATH'], BINNACLE_STANDALONE: 'true', ...environment, ...changes },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#collect(child.stdout);
    this.#collect(child.stderr);
    const closed = new Promise<Awaited<Running['closed']>>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    const running: Running = { child, closed };
    this.#running = running;
    void closed.then(() => {
      if (this.#running === running) this.#running = null;
    });
    await once(child, 'spawn');
  }

  /** Resolves when `/readyz` answers 200; rejects when the process has ended or takes too long. */
  async ready(): Promise<void> {
    await eventually(
      async () => {
        if (!this.isRunning) return;
        const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`${this.name} is not ready: ${response.status}`);
      },
      { timeoutMs: READY_TIMEOUT_MS },
    );
    if (!this.isRunning) throw new Error(`${this.name} ended at its start:\n${this.lastLines()}`);
  }

  /** SIGTERM; rejects when it does not end in time or not with exit code 0. Nothing when it does not run. */
  async stop(timeoutMs = DEFAULT_STOP_MS): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    running.child.kill('SIGTERM');
    try {
      const { code, signal } = await within(timeoutMs, `stopping ${this.name}`, running.closed);
      if (code !== 0) throw new Error(`${this.name} ended with ${signal ?? `exit code ${code}`}`);
    } catch (error) {
      running.child.kill('SIGKILL');
      await running.closed;
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${this.lastLines()}`, {
        cause: error,
      });
    }
  }

  /** Sends a signal; resolves when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    running.child.kill(signal);
    await within(DEFAULT_STOP_MS, `killing ${this.name}`, running.closed);
  }

  /** What it printed last, one line of pino's JSON shortened to what matters. */
  lastLines(count = 40): string {
    return this.logs.slice(-count).join('\n');
  }

  #collect(stream: Readable | null): void {
    if (stream === null) throw new Error('a piped output is missing');
    createInterface({ input: stream }).on('line', (line) => {
      this.logs.push(`${this.name} | ${line}`);
      if (this.logs.length > KEPT_LINES) this.logs.shift();
    });
  }
}
