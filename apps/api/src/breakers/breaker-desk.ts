import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  type BreakerPush,
  type CallsReport,
  type LeaseAnswer,
  type LeaseRequest,
  Problem,
} from '@binnacle/contracts';
import { BreakerStore, CircuitStore, type Notice, type Pair, pairKey } from '@binnacle/store';
import { OncePerOutage } from '@binnacle/runtime';
import { ChangeBus } from '../changes/change-bus.js';
import { Mutations } from '../changes/mutations.js';
import { type BreakerUser, PairBreakers } from './pair-breakers.js';
import { TransitionWriter } from './transition-writer.js';

export type BreakerPushListener = (pair: Pair, push: BreakerPush) => void;

const CATCH_UP_MS = 2_000;
const PAIRS_AT_ONCE = 50;
/** Without an agent, a pair is forgotten after this long. */
const FORGET_AFTER_MS = 60_000;

interface Entry {
  readonly pair: Pair;
  readonly breakers: PairBreakers;
}

/** Where agents of this process report their calls, ask for trial calls and hear of the breakers of their pair. */
@Injectable()
export class BreakerDesk implements OnApplicationShutdown {
  private readonly logger = new Logger(BreakerDesk.name);
  private readonly outage = new OncePerOutage(this.logger, 'The shared state of breakers cannot be reached');
  private readonly entries = new Map<string, Entry>();
  private readonly listeners: BreakerPushListener[] = [];
  private readonly writer: TransitionWriter;
  /** Reports and requests that were accepted and not answered yet. */
  private readonly accepted = new Set<Promise<unknown>>();
  private timer: NodeJS.Timeout | undefined;
  private catchingUp: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    @Inject(BreakerStore) private readonly breakers: BreakerStore,
    @Inject(CircuitStore) private readonly circuits: CircuitStore,
    private readonly mutations: Mutations,
    private readonly bus: ChangeBus,
  ) {
    this.writer = new TransitionWriter(breakers, this.logger);
    bus.onChange((change) => this.onChange(change));
    this.schedule();
  }

  /** News for all agents of a pair. What was said before may be said again; the generation tells. */
  onPush(listener: BreakerPushListener): void {
    this.listeners.push(listener);
  }

  /** Keeps the breakers of a pair in memory and up to date; call what it returns when the agent has gone. */
  watch(pair: Pair): () => void {
    const { breakers } = this.entry(pair);
    breakers.watchers += 1;
    let isWatching = true;
    return () => {
      if (isWatching) breakers.watchers -= 1;
      isWatching = false;
      breakers.lastUsedMs = performance.now();
    };
  }

  /** All breakers of a pair, for an agent that has just connected. Rejects when the database is needed and away. */
  async stateFor(pair: Pair): Promise<BreakerPush[]> {
    const breakers = await this.loaded(pair);
    return breakers.pushes();
  }

  /**
   * Takes what an agent counted; resolves when it is folded into the shared state, with what this agent must hear:
   * the state of each breaker that it introduced with a policy.
   *
   * @throws Problem when the shared state cannot be reached: nothing, or not all, was counted
   */
  report(pair: Pair, user: BreakerUser, report: CallsReport): Promise<BreakerPush[]> {
    return this.accept(() => this.fold(pair, user, report));
  }

  /** Asks for one trial call. @throws Problem when the shared state cannot be reached */
  lease(pair: Pair, instanceId: string, request: LeaseRequest): Promise<LeaseAnswer> {
    return this.accept(() => this.askForTrial(pair, instanceId, request));
  }

  /** Folds and writes what was accepted; nothing is accepted any more. Agents are gone by now. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await Promise.allSettled([...this.accepted, this.catchingUp]);
    await Promise.all([...this.entries.values()].map(({ breakers }) => breakers.close()));
    await this.writer.close();
  }

  private async accept<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.isClosed) throw new Problem('shutting_down', 'This process is stopping.');
    const running = work();
    this.accepted.add(running);
    return running.finally(() => this.accepted.delete(running));
  }

  private async fold(pair: Pair, user: BreakerUser, report: CallsReport): Promise<BreakerPush[]> {
    const breakers = await this.loaded(pair);
    const receivedAtMs = performance.now();
    const answers = await Promise.all(
      report.breakers.map(async ({ name, policy, buckets, trials = [] }) => {
        const known = breakers.find(name);
        const breaker = known ?? (policy && (await breakers.register(name, policy, user)));
        if (breaker === undefined) return [];
        const inputs = trials.map((trial) => breaker.submit({ kind: 'trial', ...trial }));
        if (buckets.length > 0) {
          inputs.push(breaker.submit({ kind: 'calls', source: user.instanceId, buckets, receivedAtMs }));
        }
        await this.applied(Promise.all(inputs));
        return policy === undefined ? [] : [breaker.push()];
      }),
    );
    return answers.flat();
  }

  private async askForTrial(pair: Pair, instanceId: string, { name }: LeaseRequest): Promise<LeaseAnswer> {
    const breaker = (await this.loaded(pair)).find(name);
    if (breaker === undefined) return { granted: false };
    const leaseId = randomUUID();
    const { expiresInMs } = await this.applied(
      breaker.submit({ kind: 'lease', leaseId, source: instanceId }),
    );
    return expiresInMs === undefined ? { granted: false } : { granted: true, leaseId, expiresInMs };
  }

  private async loaded(pair: Pair): Promise<PairBreakers> {
    const { breakers } = this.entry(pair);
    await breakers.load();
    return breakers;
  }

  private entry({ workspaceId, service, environment }: Pair): Entry {
    const pair = { workspaceId, service, environment };
    const key = pairKey(pair);
    const found = this.entries.get(key);
    if (found !== undefined) return found;
    const breakers = new PairBreakers(pair, {
      breakers: this.breakers,
      circuits: this.circuits,
      mutations: this.mutations,
      onPush: (push) => {
        for (const listener of this.listeners) listener(pair, push);
      },
      onMoved: (name, record) => {
        this.writer.save(pair, name, record);
        this.bus.wake([{ kind: 'breaker', ...pair, name }]);
      },
      onLearned: (name, record) => this.writer.save(pair, name, record),
      onOutage: (error) => this.outage.failed(error),
    });
    const entry = { pair, breakers };
    this.entries.set(key, entry);
    return entry;
  }

  private async onChange(change: Notice): Promise<void> {
    if (change.kind !== 'breaker' || this.isClosed) return;
    await this.entries.get(pairKey(change))?.breakers.refresh(change.name);
  }

  private async applied<Result>(work: Promise<Result>): Promise<Result> {
    try {
      const result = await work;
      this.outage.succeeded();
      return result;
    } catch (error) {
      this.outage.failed(error);
      throw new Problem('storage_unavailable', 'The shared state of breakers cannot be reached.');
    }
  }

  private schedule(): void {
    if (this.isClosed) return;
    const delayMs = CATCH_UP_MS * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => {
      this.catchingUp = this.catchUp().finally(() => this.schedule());
    }, delayMs);
    this.timer.unref();
  }

  private async catchUp(): Promise<void> {
    const nowMs = performance.now();
    const watched: PairBreakers[] = [];
    for (const [key, { breakers }] of this.entries) {
      if (breakers.watchers > 0) watched.push(breakers);
      else if (nowMs - breakers.lastUsedMs > FORGET_AFTER_MS) {
        this.entries.delete(key);
        await breakers.close();
      }
    }
    try {
      for (let at = 0; at < watched.length && !this.isClosed; at += PAIRS_AT_ONCE) {
        await Promise.all(watched.slice(at, at + PAIRS_AT_ONCE).map((breakers) => breakers.catchUp()));
      }
      if (watched.length > 0) this.outage.succeeded();
    } catch (error) {
      this.outage.failed(error);
    }
  }
}
