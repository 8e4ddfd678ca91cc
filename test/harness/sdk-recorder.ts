import { type Agent, type AgentOptions, createAgent, type Snapshot } from '@binnacle/agent';
import { canonicalHash } from './canonical-hash.ts';
import type { AppliedLine, ReadsLine } from './journal.ts';
import { monotonicMs } from './monotonic-clock.ts';

const READ_EVERY_MS = 20;
const SUM_UP_EVERY_MS = 200;

export interface RecordedAgentOptions extends AgentOptions {
  /** The name in the journal: one run of one agent. */
  readonly run: string;
}

export interface RecordedAgent {
  readonly agent: Agent;
  /** Ends the recording, not the agent. */
  stopRecording(): void;
}

/** An agent of the SDK that writes down each revision it applies, and what its reads cost. */
export function recordAgent(
  { run, ...options }: RecordedAgentOptions,
  write: (line: AppliedLine | ReadsLine) => void,
): RecordedAgent {
  const agent = createAgent(options);
  const { service, environment } = options;
  const note = (snapshot: Snapshot) => {
    if (snapshot.source === 'defaults') return;
    const { epoch, revision, hash, content, source } = snapshot;
    const where = { agent: run, service, environment, atMs: monotonicMs() };
    write({ kind: 'applied', ...where, epoch, revision, hash, contentHash: canonicalHash(content), source });
  };
  note(agent.config.snapshot());
  const stopWatching = agent.config.onChange('', ({ snapshot }) => note(snapshot));
  const stopReading = recordReads(agent, run, write);
  return {
    agent,
    stopRecording() {
      stopReading();
      stopWatching();
    },
  };
}

function recordReads(agent: Agent, run: string, write: (line: ReadsLine) => void): () => void {
  let count = 0;
  let slowestMs = 0;
  let summedUpAtMs = monotonicMs();
  const timer = setInterval(() => {
    const startedAtMs = monotonicMs();
    try {
      agent.config.get('limits.requests', 0);
      agent.config.string('mode', 'none');
      agent.config.snapshot();
      agent.config.status();
    } catch (error) {
      write({ kind: 'reads', agent: run, count: 1, slowestMs: 0, thrown: String(error) });
    }
    const nowMs = monotonicMs();
    count += 4;
    slowestMs = Math.max(slowestMs, nowMs - startedAtMs);
    if (nowMs - summedUpAtMs < SUM_UP_EVERY_MS) return;
    write({ kind: 'reads', agent: run, count, slowestMs });
    [count, slowestMs, summedUpAtMs] = [0, 0, nowMs];
  }, READ_EVERY_MS);
  return () => clearInterval(timer);
}
