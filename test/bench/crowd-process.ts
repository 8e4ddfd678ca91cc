import { LightAgent, type Protocol } from './light-agent.ts';
import { monotonicMs, serveCommands } from './program.ts';

const CONNECTING_AT_ONCE = 100;

export interface GroupOptions {
  readonly group: string;
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly localAddress: string | undefined;
  readonly count: number;
  readonly token: string;
  readonly service: string;
  readonly environment: string;
  /** Of each agent's instance id. */
  readonly idPrefix: string;
}

/** One revision on its way through a group. */
interface Round {
  received: number;
  answered: number;
  lastReceivedMs: number;
  lastAnsweredMs: number;
  readonly isOver: PromiseWithResolvers<void>;
}

interface Group {
  readonly agents: LightAgent[];
  readonly rounds: Map<number, Round>;
  closed: number;
  refused: number;
  /** The push that came last, and what to say of it: all agents of a group receive the same bytes. */
  push: { readonly text: string; readonly revision: number; readonly applied: string } | undefined;
}

const groups = new Map<string, Group>();

function groupOf(name: string): Group {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const fresh: Group = { agents: [], rounds: new Map(), closed: 0, refused: 0, push: undefined };
  groups.set(name, fresh);
  return fresh;
}

function roundOf(group: Group, revision: number): Round {
  const known = group.rounds.get(revision);
  if (known !== undefined) return known;
  const fresh = {
    received: 0,
    answered: 0,
    lastReceivedMs: 0,
    lastAnsweredMs: 0,
    isOver: Promise.withResolvers<void>(),
  };
  group.rounds.set(revision, fresh);
  return fresh;
}

function readPush(text: string) {
  const [event, body] = JSON.parse(text) as [string, { epoch: string; revision: number; hash: string }];
  if (event !== 'config') return undefined;
  const { epoch, revision, hash } = body;
  return { text, revision, applied: JSON.stringify({ epoch, revision, hash, outcome: 'applied' }) };
}

function receive(group: Group, agent: LightAgent, text: string): void {
  if (group.push?.text !== text) group.push = readPush(text) ?? group.push;
  if (group.push?.text !== text) return;
  const round = roundOf(group, group.push.revision);
  round.received += 1;
  round.lastReceivedMs = monotonicMs();
  agent.say('applied', group.push.applied, (answer) => {
    countRefusal(group, answer);
    round.answered += 1;
    round.lastAnsweredMs = monotonicMs();
    if (round.answered === group.agents.length) round.isOver.resolve();
  });
}

function countRefusal(group: Group, answer: string): void {
  if (answer.includes('"error"')) group.refused += 1;
}

const CHECKS = ['database', 'queue', 'disk'].map((name) => ({
  name,
  status: 'healthy',
  critical: name === 'database',
  latencyMs: 3,
  checkedAt: '2026-01-01T00:00:00.000Z',
}));
const REPORT_TAIL = JSON.stringify({ lifecycle: 'ready', checks: CHECKS }).slice(1);

const sequence = { next: 1 };

function report(agent: LightAgent, onAnswer: (answer: string) => void): void {
  agent.say('health', `{"seq":${sequence.next++},${REPORT_TAIL}`, onAnswer);
}

const commands = {
  async connect(options: GroupOptions): Promise<void> {
    const group = groupOf(options.group);
    const { protocol, host, port, localAddress, token, service, environment } = options;
    let started = 0;
    const connectSome = async () => {
      while (started < options.count) {
        const id = `${options.idPrefix}-${started++}`;
        const instance = { id, host: id, version: '1.0.0', sdk: 'bench' };
        const agent = new LightAgent({
          protocol,
          host,
          port,
          localAddress,
          auth: { token, service, environment, instance, have: null },
          onEvent: (sender, text) => receive(group, sender, text),
          onClose: () => (group.closed += 1),
        });
        group.agents.push(agent);
        await agent.connected();
      }
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connectSome));
  },

  /** Resolves when every agent has received this revision and has had its `applied` acknowledged. */
  async awaitRound({ group: name, revision }: { group: string; revision: number }) {
    const group = groupOf(name);
    const round = roundOf(group, revision);
    if (round.answered !== group.agents.length) await round.isOver.promise;
    const { lastReceivedMs, lastAnsweredMs } = round;
    return { lastReceivedMs, lastAnsweredMs };
  },

  /** Each agent sends a report, waits for the acknowledgement, and sends the next. */
  async reportFor({ group: name, durationMs }: { group: string; durationMs: number }) {
    const group = groupOf(name);
    const startedAtMs = monotonicMs();
    let answered = 0;
    await Promise.all(
      group.agents.map((agent) => {
        const done = Promise.withResolvers<void>();
        const again = () =>
          report(agent, (answer) => {
            countRefusal(group, answer);
            answered += 1;
            if (monotonicMs() - startedAtMs < durationMs) again();
            else done.resolve();
          });
        again();
        return done.promise;
      }),
    );
    return { answered, tookMs: monotonicMs() - startedAtMs };
  },

  async reportOnce({ group: name }: { group: string }): Promise<void> {
    const group = groupOf(name);
    await Promise.all(
      group.agents.map((agent) => {
        const done = Promise.withResolvers<void>();
        report(agent, (answer) => {
          countRefusal(group, answer);
          done.resolve();
        });
        return done.promise;
      }),
    );
  },

  state({ group: name }: { group: string }) {
    const { agents, closed, refused } = groupOf(name);
    return { connected: agents.length - closed, closed, refused };
  },

  close({ group: name }: { group: string }): void {
    for (const agent of groupOf(name).agents) agent.close();
    groups.delete(name);
  },
};

export type CrowdCommands = typeof commands;

serveCommands(commands);
