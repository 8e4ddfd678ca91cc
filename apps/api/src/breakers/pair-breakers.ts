import { type BreakerPush, breakerPolicySchema, type CallsReport, MAX_BREAKERS } from '@binnacle/contracts';
import type { Actor, BreakerStore, CircuitRecord, CircuitStore, Pair } from '@binnacle/store';
import type { Mutations } from '../changes/mutations.js';
import { SharedBreaker, type SharedBreakerLinks } from './shared-breaker.js';

type Policy = NonNullable<CallsReport['breakers'][number]['policy']>;

export interface PairBreakersLinks {
  readonly breakers: BreakerStore;
  readonly circuits: CircuitStore;
  readonly mutations: Mutations;
  readonly onPush: (push: BreakerPush) => void;
  readonly onMoved: SharedBreakerLinks['onMoved'];
  /** Another process moved a circuit; it may have ended before PostgreSQL knew. */
  readonly onLearned: (name: string, record: CircuitRecord) => void;
  /** Either Redis or PostgreSQL could not be read; what the other one or this process knows stands in. */
  readonly onOutage: (error: unknown) => void;
}

/** An agent, and the token that it is connected with. */
export interface BreakerUser {
  readonly instanceId: string;
  readonly tokenId: string;
  /** Who answers for the token. */
  readonly identity: string;
}

/** The breakers of one service in one environment, for as long as this process has agents of it. */
export class PairBreakers {
  /** Agents of this process that wait for news. */
  watchers = 0;
  lastUsedMs = performance.now();
  private readonly known = new Map<string, SharedBreaker>();
  private readonly registering = new Map<string, Promise<void>>();
  private loading: Promise<void> | undefined;
  private isLoaded = false;

  constructor(
    private readonly pair: Pair,
    private readonly links: PairBreakersLinks,
  ) {}

  /** Rejects when the database is away; the next call tries again. */
  async load(): Promise<void> {
    this.lastUsedMs = performance.now();
    if (this.isLoaded) return;
    this.loading ??= this.loadAll().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
  }

  find(name: string): SharedBreaker | undefined {
    return this.known.get(name);
  }

  pushes(): BreakerPush[] {
    return [...this.known.values()].map((breaker) => breaker.push());
  }

  /** Reads one again, or for the first time, after it changed elsewhere. */
  async refresh(name: string): Promise<void> {
    // What is read now may be older than the change; a load that began before it surely is.
    await this.loading;
    const [record] = await Promise.all([
      this.links.breakers.find(this.pair, name),
      this.readCircuits([name]),
    ]);
    if (record === undefined) return;
    const breaker = this.known.get(name);
    if (breaker !== undefined) breaker.learnSettings(record);
    else {
      this.add(record);
      await this.readCircuits([name]);
    }
  }

  /** Adds a breaker that an agent uses, unless the pair has too many; also when another process adds it meanwhile. */
  async register(name: string, policy: Policy, user: BreakerUser): Promise<SharedBreaker | undefined> {
    if (!this.known.has(name) && this.known.size < MAX_BREAKERS) {
      const running = this.registering.get(name) ?? this.insert(name, policy, user);
      this.registering.set(name, running);
      await running.finally(() => this.registering.delete(name));
    }
    return this.known.get(name);
  }

  /** Looks whether a message was lost, or Redis lost what it knew. */
  async catchUp(): Promise<void> {
    if (!this.isLoaded) return this.load();
    if (this.known.size === 0) return;
    const generations = await this.links.circuits.generations(this.pair);
    const behind: string[] = [];
    for (const [name, breaker] of this.known) {
      const inRedis = generations.get(name) ?? 0;
      if (inRedis > breaker.circuitGeneration) behind.push(name);
      else if (inRedis < breaker.circuitGeneration || breaker.mayHoldForeignTrials)
        await breaker.submit({ kind: 'tick' });
    }
    await this.readCircuits(behind);
  }

  async close(): Promise<void> {
    await Promise.all([...this.known.values()].map((breaker) => breaker.close()));
  }

  private async loadAll(): Promise<void> {
    const records = await this.links.breakers.all(this.pair);
    for (const record of records) this.add(record);
    await this.readCircuits(records.map(({ name }) => name));
    this.isLoaded = true;
  }

  private add(record: Parameters<SharedBreaker['learnSettings']>[0]): void {
    const known = this.known.get(record.name);
    if (known !== undefined) return known.learnSettings(record);
    const { circuits, onPush, onMoved } = this.links;
    const recall = (name: string) => this.recall(name);
    this.known.set(record.name, new SharedBreaker(this.pair, record, { circuits, recall, onPush, onMoved }));
  }

  private async recall(name: string): Promise<CircuitRecord | undefined> {
    try {
      return (await this.links.breakers.find(this.pair, name))?.circuit ?? undefined;
    } catch (error) {
      this.links.onOutage(error);
      return undefined;
    }
  }

  private async readCircuits(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    let found: ReadonlyMap<string, CircuitRecord>;
    try {
      found = await this.links.circuits.readMany(this.pair, names);
    } catch (error) {
      this.links.onOutage(error);
      return;
    }
    for (const [name, record] of found) {
      if (this.known.get(name)?.learnCircuit(record)) this.links.onLearned(name, record);
    }
  }

  private async insert(name: string, policy: Policy, user: BreakerUser): Promise<void> {
    const { breakers, mutations } = this.links;
    const { workspaceId, service, environment } = this.pair;
    const actor: Actor = {
      workspaceId,
      name: `instance:${user.instanceId}`,
      identity: user.identity,
      via: 'token',
      credential: user.tokenId,
      address: '',
      requestId: `breaker:${name}`,
    };
    await mutations.run(actor, async (mutation) => {
      const complete = breakerPolicySchema.parse(policy);
      if (!(await breakers.register(mutation, this.pair, name, complete, MAX_BREAKERS))) return;
      const target = `breaker:${service}/${environment}/${name}`;
      mutation.audit({
        action: 'breaker.register',
        target,
        service,
        environment,
        detail: { policy: complete },
      });
      mutation.announce({ kind: 'breaker', workspaceId, service, environment, name });
    });
    if (!this.known.has(name)) await this.refresh(name);
  }
}
