import { writeSync } from 'node:fs';
import { CircuitOpenError } from '@binnacle/agent';
import { monotonicMs } from './monotonic-clock.ts';
import { recordAgent } from './sdk-recorder.ts';
import type { AgentProcessMessage, AgentProcessOptions } from './sdk-agent.ts';

/** A service of its own that links the SDK: the process that stories start, kill and start again. */
const { calls, rejectWhen, ...options } = JSON.parse(process.argv[2] ?? '{}') as AgentProcessOptions;

/** At once and whole, so that a kill loses nothing that was said. */
function say(message: AgentProcessMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

const startedAtMs = performance.now();
const { agent, stopRecording } = recordAgent(
  {
    ...options,
    ...(rejectWhen === undefined
      ? {}
      : {
          validate: (next) =>
            next.content[rejectWhen] === undefined ? undefined : `${rejectWhen} is not supported`,
        }),
  },
  (line) => say({ kind: 'line', line }),
);
let isStopping = false;
let loop = Promise.resolve();
/** What keeps this process alive is its work, not the agent. */
const work = setInterval(() => undefined, 60_000);

async function stop(): Promise<void> {
  isStopping = true;
  await loop;
  stopRecording();
  await agent.close();
  clearInterval(work);
  process.disconnect?.();
}

process.once('SIGTERM', () => void stop());
process.once('disconnect', () => process.exit(0));

const status = await agent.ready({ timeoutMs: options.readyTimeoutMs ?? 10_000 });
agent.lifecycle.set('ready');
say({
  kind: 'ready',
  source: status.source,
  revision: status.revision,
  afterMs: performance.now() - startedAtMs,
});

if (calls !== undefined && !isStopping) loop = keepCalling(calls);

async function keepCalling({
  url,
  breaker: name,
  policy,
  everyMs,
}: NonNullable<AgentProcessOptions['calls']>) {
  const breaker = agent.breaker(name, policy);
  breaker.onStateChange(({ from, to, decidedBy, reason = '' }) =>
    say({ kind: 'state', atMs: monotonicMs(), from, to, decidedBy, reason }),
  );
  while (!isStopping) {
    const pause = new Promise((resolve) => setTimeout(resolve, everyMs * (0.5 + Math.random())));
    try {
      await breaker.call(async () => {
        const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`status ${response.status}`);
      });
    } catch (error) {
      // The dependency's own failures are what the story is about; anything else is told.
      const isExpected =
        error instanceof CircuitOpenError ||
        (error instanceof Error && /status|fetch|abort/i.test(error.message));
      if (!isExpected) say({ kind: 'error', message: String(error) });
    }
    await pause;
  }
}
