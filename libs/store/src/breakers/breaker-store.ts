import { type BreakerPolicy, DEFAULT_BREAKER_POLICY } from '@binnacle/domain';
import type { Database } from '../database.js';
import { Prisma } from '../generated/client.js';
import type { Mutation } from '../mutation.js';
import { type Pair, pairKey } from '../pair.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../paging.js';
import { type BreakerRecord, type ForcedSince, SETTINGS_STEP } from './breaker-record.js';
import { type CircuitRecord, withoutCalls } from './circuit-record.js';

/** One breaker more or less is counted while nobody else adds one to the same pair. */
const LOCK_PAIR = 'select pg_advisory_xact_lock(hashtextextended($1::text, 0)) is null as locked';

const SAVE_CIRCUIT = `
  update breakers
  set circuit = jsonb_build_object('generation', $5::bigint, 'circuit', $6::jsonb),
      generation = generation + $5::bigint - coalesce((circuit->>'generation')::bigint, 0)
  where workspace_id = $1 and service = $2 and environment = $3 and name = $4
    and coalesce((circuit->>'generation')::bigint, 0) < $5::bigint`;

const COUNT_OPEN = `
  select service, count(*)::int as open
  from breakers
  where workspace_id = $1 and environment = $2 and service = any($3::text[])
    and case
      when forced is not null and coalesce((forced->>'untilMs')::numeric > $4::numeric, true)
      then forced->>'state' = 'forced_open'
      else circuit->'circuit'->>'state' in ('open', 'half_open')
    end
  group by service`;

/**
 * What people set about breakers, and the last state of each circuit. The column `generation` is the sum of how often
 * either changed; that of the circuit alone stands beside the circuit.
 */
export class BreakerStore {
  constructor(private readonly database: Database) {}

  async find(pair: Pair, name: string): Promise<BreakerRecord | undefined> {
    const row = await this.database
      .within(pair.workspaceId)
      .prisma.breaker.findUnique({ where: byName(pair, name) });
    return row === null ? undefined : toRecord(row);
  }

  async list(pair: Pair, page: PageRequest): Promise<Page<BreakerRecord>> {
    const after = decodeCursor(page.cursor);
    const rows = await this.database.within(pair.workspaceId).prisma.breaker.findMany({
      where: { ...ofPair(pair), ...(after === undefined ? {} : { name: { gt: after } }) },
      orderBy: { name: 'asc' },
      take: page.limit + 1,
    });
    return toPage(rows, page.limit, (row) => row.name, toRecord);
  }

  /** All of a pair; as many as the limit on adding them allows. */
  async all(pair: Pair): Promise<BreakerRecord[]> {
    const rows = await this.database
      .within(pair.workspaceId)
      .prisma.breaker.findMany({ where: ofPair(pair) });
    return rows.map(toRecord);
  }

  /** Sets the policy, of a new breaker too; false when the pair has `limit` of them already. */
  async putPolicy(
    mutation: Mutation,
    pair: Pair,
    name: string,
    policy: BreakerPolicy,
    limit: number,
  ): Promise<boolean> {
    await lockPair(mutation, pair);
    const { count } = await mutation.tx.breaker.updateMany({
      where: { ...ofPair(pair), name },
      data: { policy, ...settingsChanged() },
    });
    return count === 1 || insert(mutation, pair, name, policy, limit);
  }

  /** Adds a breaker that an agent uses; false when it exists, whatever its policy, or there are `limit` of them. */
  async register(
    mutation: Mutation,
    pair: Pair,
    name: string,
    policy: BreakerPolicy,
    limit: number,
  ): Promise<boolean> {
    await lockPair(mutation, pair);
    if ((await mutation.tx.breaker.count({ where: { ...ofPair(pair), name } })) > 0) return false;
    return insert(mutation, pair, name, policy, limit);
  }

  /** Null takes the forced state back. False when there is no such breaker. */
  async force(mutation: Mutation, pair: Pair, name: string, forced: ForcedSince | null): Promise<boolean> {
    const { count } = await mutation.tx.breaker.updateMany({
      where: { ...ofPair(pair), name },
      data: { forced: forced === null ? Prisma.DbNull : { ...forced }, ...settingsChanged() },
    });
    return count === 1;
  }

  /** Read inside the transaction, so that what it answers is what the transaction changes. */
  async findIn(mutation: Mutation, pair: Pair, name: string): Promise<BreakerRecord | undefined> {
    const row = await mutation.tx.breaker.findUnique({ where: byName(pair, name) });
    return row === null ? undefined : toRecord(row);
  }

  /** The same, and nobody else sets its policy or forced state until the transaction ends. */
  async findLocked(mutation: Mutation, pair: Pair, name: string): Promise<BreakerRecord | undefined> {
    await lockPair(mutation, pair);
    return this.findIn(mutation, pair, name);
  }

  /** Remembers a transition unless a later one is known. In SQL for the condition on the JSON in the row. */
  async saveCircuit(pair: Pair, name: string, { generation, circuit }: CircuitRecord): Promise<void> {
    await this.database
      .within(pair.workspaceId)
      .sql.query(SAVE_CIRCUIT, [
        pair.workspaceId,
        pair.service,
        pair.environment,
        name,
        generation,
        JSON.stringify(withoutCalls(circuit)),
      ]);
  }

  /** How many breakers of each service let no ordinary call through; services without any are absent. */
  async countOpen(
    workspaceId: string,
    environment: string,
    services: readonly string[],
    nowMs: number,
  ): Promise<Map<string, number>> {
    const rows = await this.database
      .within(workspaceId)
      .sql.query<{ service: string; open: number }>(
        COUNT_OPEN,
        [workspaceId, environment, services, nowMs],
        'count-open-breakers',
      );
    return new Map(rows.map(({ service, open }) => [service, open]));
  }
}

type Row = Prisma.BreakerGetPayload<object>;

function toRecord(row: Row): BreakerRecord {
  const circuit = row.circuit as CircuitRecord | null;
  return {
    name: row.name,
    // Written by an earlier version, it may lack what this one added.
    policy: { ...DEFAULT_BREAKER_POLICY, ...(row.policy as Partial<BreakerPolicy>) },
    forced: row.forced as ForcedSince | null,
    settingsGeneration: Number(row.generation) - (circuit?.generation ?? 0),
    circuit,
    createdAt: row.createdAt,
  };
}

function ofPair({ workspaceId, service, environment }: Pair) {
  return { workspaceId, service, environment };
}

function byName(pair: Pair, name: string) {
  return { workspaceId_service_environment_name: { ...ofPair(pair), name } };
}

function settingsChanged() {
  return { generation: { increment: SETTINGS_STEP }, updatedAt: new Date() };
}

async function lockPair(mutation: Mutation, pair: Pair): Promise<void> {
  await mutation.sql.query(LOCK_PAIR, [`breakers:${pairKey(pair)}`]);
}

async function insert(
  mutation: Mutation,
  pair: Pair,
  name: string,
  policy: BreakerPolicy,
  limit: number,
): Promise<boolean> {
  if ((await mutation.tx.breaker.count({ where: ofPair(pair) })) >= limit) return false;
  await mutation.tx.breaker.create({ data: { ...ofPair(pair), name, policy } });
  return true;
}
