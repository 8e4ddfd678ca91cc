import { Injectable, Logger } from '@nestjs/common';
import {
  type BreakerBody,
  type BreakerParams,
  type ForceBreaker,
  MAX_BREAKERS,
  type PageQuery,
  type PairParams,
  Problem,
  type PutBreaker,
} from '@binnacle/contracts';
import { auditDiff } from '@binnacle/domain';
import {
  type Actor,
  type AuditRecord,
  type BreakerRecord,
  BreakerStore,
  type CircuitRecord,
  CircuitStore,
  EnvironmentStore,
  type ForcedSince,
  laterCircuit,
  type Mutation,
  type Page,
  type Pair,
  ServiceStore,
} from '@binnacle/store';
import { OncePerOutage } from '@binnacle/runtime';
import { Mutations } from '../changes/mutations.js';
import { toBreakerView } from './breaker.view.js';

type Circuits = ReadonlyMap<string, CircuitRecord>;

/** What people see of breakers, and what they set. */
@Injectable()
export class BreakersService {
  private readonly logger = new Logger(BreakersService.name);
  private readonly outage = new OncePerOutage(
    this.logger,
    'Breakers are shown as the database remembers them',
  );

  constructor(
    private readonly mutations: Mutations,
    private readonly breakers: BreakerStore,
    private readonly circuits: CircuitStore,
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
  ) {}

  async list(workspaceId: string, params: PairParams, page: PageQuery): Promise<Page<BreakerBody>> {
    const pair = { workspaceId, ...params };
    const { items, nextCursor } = await this.breakers.list(pair, page);
    if (items.length === 0) await this.mustExist(pair);
    const circuits = await this.readCircuits(
      pair,
      items.map(({ name }) => name),
    );
    return { items: items.map((record) => toView(record, circuits)), nextCursor };
  }

  async read(workspaceId: string, params: BreakerParams): Promise<BreakerBody> {
    const { pair, name } = split(workspaceId, params);
    const record = found(params, await this.breakers.find(pair, name));
    return toView(record, await this.readCircuits(pair, [name]));
  }

  async put(actor: Actor, params: BreakerParams, { policy }: PutBreaker): Promise<BreakerBody> {
    const { pair, name } = split(actor.workspaceId, params);
    await this.mustExist(pair);
    return this.change(actor, params, async (mutation) => {
      const before = await this.breakers.findLocked(mutation, pair, name);
      if (!(await this.breakers.putPolicy(mutation, pair, name, policy, MAX_BREAKERS)))
        throw new Problem('too_many', `A service has at most ${MAX_BREAKERS} breakers in an environment.`);
      const diff = auditDiff(before === undefined ? null : { ...before.policy }, { ...policy });
      mutation.audit({
        action: 'breaker.put',
        ...placeOf(params),
        detail: { before: before?.policy ?? null, diff },
      });
    });
  }

  async force(actor: Actor, params: BreakerParams, body: ForceBreaker): Promise<BreakerBody> {
    const { state, reason, ttlSeconds } = body;
    const sinceMs = Date.now();
    const untilMs = ttlSeconds === undefined ? null : sinceMs + ttlSeconds * 1_000;
    return this.setForced(
      actor,
      params,
      { state, untilMs, by: actor.name, reason, sinceMs },
      'breaker.force',
      { ...body },
    );
  }

  async unforce(actor: Actor, params: BreakerParams): Promise<void> {
    await this.setForced(actor, params, null, 'breaker.unforce', {});
  }

  private setForced(
    actor: Actor,
    params: BreakerParams,
    forced: ForcedSince | null,
    action: string,
    detail: Record<string, unknown>,
  ): Promise<BreakerBody> {
    const { pair, name } = split(actor.workspaceId, params);
    return this.change(actor, params, async (mutation) => {
      const before = found(params, await this.breakers.findLocked(mutation, pair, name));
      if (!(await this.breakers.force(mutation, pair, name, forced))) throw notFound(params);
      mutation.audit({ action, ...placeOf(params), detail: { ...detail, before: before.forced } });
    });
  }

  /** Changes a breaker and tells everybody; agents of this process have heard of it when the answer goes out. */
  private async change(
    actor: Actor,
    params: BreakerParams,
    work: (mutation: Mutation) => Promise<void>,
  ): Promise<BreakerBody> {
    const { pair, name } = split(actor.workspaceId, params);
    const circuits = await this.readCircuits(pair, [name]);
    return this.mutations.run(actor, async (mutation) => {
      await work(mutation);
      mutation.announce({ kind: 'breaker', ...pair, name });
      return toView(found(params, await this.breakers.findIn(mutation, pair, name)), circuits);
    });
  }

  /** Empty while Redis is away: the last transitions that the database knows stand in. */
  private async readCircuits(pair: Pair, names: readonly string[]): Promise<Circuits> {
    try {
      const circuits = await this.circuits.readMany(pair, names);
      this.outage.succeeded();
      return circuits;
    } catch (error) {
      this.outage.failed(error);
      return new Map();
    }
  }

  private async mustExist({ workspaceId, service, environment }: Pair): Promise<void> {
    const [record, exists] = await Promise.all([
      this.services.find(workspaceId, service),
      this.environments.exists(workspaceId, environment),
    ]);
    if (record === undefined) throw new Problem('not_found', `There is no service ${service}.`);
    if (!exists) throw new Problem('not_found', `There is no environment ${environment}.`);
  }
}

function split(
  workspaceId: string,
  { name, service, environment }: BreakerParams,
): { pair: Pair; name: string } {
  return { pair: { workspaceId, service, environment }, name };
}

function toView(record: BreakerRecord, circuits: Circuits): BreakerBody {
  return toBreakerView(record, laterCircuit(circuits.get(record.name), record.circuit), Date.now());
}

function found(params: BreakerParams, record: BreakerRecord | undefined): BreakerRecord {
  if (record === undefined) throw notFound(params);
  return record;
}

function notFound({ service, environment, name }: BreakerParams): Problem {
  return new Problem('not_found', `There is no breaker ${name} at ${service}/${environment}.`);
}

function placeOf({ service, environment, name }: BreakerParams): Omit<AuditRecord, 'action'> {
  return { target: `breaker:${service}/${environment}/${name}`, service, environment };
}
