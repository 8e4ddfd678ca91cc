import { type Circuit, initialCircuit, sameState } from '@binnacle/domain';
import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pair, pairKey } from '../pair.js';
import { workspaceKey } from '../workspace-key.js';
import { type CircuitRecord, laterCircuit, RESTORE_STEP, restoreCircuit } from './circuit-record.js';
import { circuitScripts, type CircuitScripts } from './circuit-scripts.js';

/** Rules of the domain, applied to the circuit as it is now; run again when another process was faster. */
export type DecideCircuit = (circuit: Circuit, nowMs: number) => Circuit;

/** What is known from elsewhere, should Redis have lost the circuit or hold one from before. */
export interface CircuitMemory {
  /** In this process, before the call. */
  readonly lastKnown: CircuitRecord | undefined;
  readonly leaseMs: number;
  /** Asked only when Redis has lost the circuit: what PostgreSQL remembers, which may be later than `lastKnown`. */
  recall(): Promise<CircuitRecord | undefined>;
}

export interface CircuitUpdate extends CircuitRecord {
  /** By the clock of Redis, at the decision. */
  readonly nowMs: number;
  /** This call raised the generation, so it is on this caller to tell others. */
  readonly moved: boolean;
}

/** Too many others changed the same circuit at once. */
export class CircuitContention extends Error {
  override readonly name = 'CircuitContention';
}

/** Far more than the API processes that contend; with the pauses between them under two seconds. */
const ATTEMPTS = 64;
const LONGEST_PAUSE_MS = 32;
/** A circuit that nobody moves for so long lives on in PostgreSQL alone. */
const TTL_MS = 7 * 86_400_000;

interface Found extends CircuitRecord {
  readonly version: string;
  readonly nowMs: number;
  /** Not in Redis as it should be, so it must be written even when nothing moves it. */
  readonly restored: boolean;
}

/** The circuits that fleets share. All of a pair lie in one slot of a Redis Cluster. */
export class CircuitStore {
  private readonly scripts: CircuitScripts;

  constructor(private readonly redis: Redis) {
    this.scripts = circuitScripts(redis);
  }

  /**
   * Moves a circuit by compare-and-set. A generation in Redis below the one that was known before the call means that
   * Redis went back in time. Rejects at once while Redis is away.
   *
   * @throws CircuitContention after many attempts
   */
  async update(
    pair: Pair,
    name: string,
    decide: DecideCircuit,
    memory: CircuitMemory,
  ): Promise<CircuitUpdate> {
    const key = circuitKey(pair, name);
    let found = await this.find(key, memory);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const { generation, nowMs } = found;
      const circuit = decide(found.circuit, nowMs);
      if (circuit === found.circuit && !found.restored) return { generation, circuit, nowMs, moved: false };

      const moved = !sameState(found.circuit, circuit);
      const raisedTo = await this.scripts.replaceCircuit(
        key,
        generationsKey(pair),
        name,
        found.version,
        randomBytes(9).toString('base64url'),
        JSON.stringify(circuit),
        generation,
        moved ? 1 : 0,
        TTL_MS,
      );
      if (raisedTo !== null) {
        return { generation: Number(raisedTo), circuit, nowMs, moved: moved || found.restored };
      }
      await delay(Math.random() * Math.min(2 ** attempt, LONGEST_PAUSE_MS));
      found = await this.find(key, memory);
    }
    throw new CircuitContention(`${pairKey(pair)}:${name} was changed by others ${ATTEMPTS} times`);
  }

  /** The circuits that Redis holds; those that never moved, or were lost, are absent. */
  async readMany(pair: Pair, names: readonly string[]): Promise<Map<string, CircuitRecord>> {
    const replies = await Promise.all(names.map((name) => this.scripts.readCircuit(circuitKey(pair, name))));
    const records = new Map<string, CircuitRecord>();
    names.forEach((name, index) => {
      const [, , , generation, circuit] = replies[index] ?? [];
      if (generation && circuit) {
        records.set(name, { generation: Number(generation), circuit: JSON.parse(circuit) as Circuit });
      }
    });
    return records;
  }

  /** The generations of all circuits of a pair, in one small read. */
  async generations(pair: Pair): Promise<Map<string, number>> {
    const fields = await this.redis.hgetall(generationsKey(pair));
    return new Map(Object.entries(fields).map(([name, generation]) => [name, Number(generation)]));
  }

  private async find(key: string, { lastKnown, leaseMs, recall }: CircuitMemory): Promise<Found> {
    const [seconds, microseconds, version, generation, circuit] = await this.scripts.readCircuit(key);
    const nowMs = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    if (version !== null && circuit !== null && Number(generation) >= (lastKnown?.generation ?? 0)) {
      return {
        version,
        generation: Number(generation),
        circuit: JSON.parse(circuit) as Circuit,
        nowMs,
        restored: false,
      };
    }
    const known = laterCircuit(lastKnown, await recall());
    if (known === undefined) {
      return { version: '', generation: 0, circuit: initialCircuit(nowMs), nowMs, restored: false };
    }
    return {
      version: version ?? '',
      generation: known.generation + RESTORE_STEP,
      circuit: restoreCircuit(known.circuit, leaseMs, nowMs),
      nowMs,
      restored: true,
    };
  }
}

function circuitKey(pair: Pair, name: string): string {
  return workspaceKey(pair, 'breaker', name);
}

function generationsKey(pair: Pair): string {
  return workspaceKey(pair, 'breaker-generations');
}
