import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ConfigEvent, ConfigStatus } from '@binnacle/agent';
import { within } from './eventually.js';

const SCRIPT = fileURLToPath(new URL('./layered-service-process.ts', import.meta.url));

export interface LayeredAnswer {
  readonly value: unknown;
  /** As JSON shows it: secrets are `[secret]`. */
  readonly explanation: Record<string, unknown> | null;
  readonly status: ConfigStatus;
  /** What one snapshot said at the beginning and at the end of the request, and the live configuration at its end. */
  readonly request: { before: string; after: string; live: string; held: number };
  readonly events: readonly ConfigEvent[];
  readonly changes: readonly (readonly string[])[];
}

/** A running web service with all layers of configuration. */
export class LayeredService {
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly output: string[];

  private constructor(child: ChildProcess, port: number, output: string[]) {
    this.#child = child;
    this.#port = port;
    this.output = output;
  }

  static async start(
    environment: Readonly<Record<string, string>>,
    commandLine: readonly string[],
  ): Promise<LayeredService> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, ...commandLine], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => output.push(line));
    const lines = createInterface({ input: child.stdout });
    const first = Promise.race([
      once(lines, 'line').then(([line]) => Number(line)),
      once(child, 'close').then(() => Promise.reject(new Error(`it ended: ${output.join('\n')}`))),
    ]);
    return new LayeredService(child, await within(20_000, 'the start of the service', first), output);
  }

  async ask(path: string, key = ''): Promise<LayeredAnswer> {
    const url = `http://127.0.0.1:${this.#port}${path}?key=${encodeURIComponent(key)}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
    return (await response.json()) as LayeredAnswer;
  }

  async stop(): Promise<number | null> {
    const closed = once(this.#child, 'close').then(([code]) => code as number | null);
    this.#child.kill('SIGTERM');
    return within(15_000, 'stopping the service', closed);
  }
}
