import { canonicalHash } from './canonical-hash.js';
import type { DatabaseState } from './database-state.js';
import type { AppliedLine, JournalLine } from './journal.js';

export type PromiseName = 'durable' | 'forward only' | 'convergent' | 'authentic' | 'never in the way';

export interface Violation {
  readonly promise: PromiseName;
  readonly detail: string;
}

export interface CheckOptions {
  /** Agents that lived when the story ended, some time after the fault had healed. */
  readonly liveAgents: readonly string[];
  /** Longest that one read may take, in milliseconds. A read is a look into memory; a busy machine may still pause it. */
  readonly maxReadMs?: number;
}

const DEFAULT_MAX_READ_MS = 500;

/**
 * Holds what agents and publishers saw against what the database knows. Every publish in the story must have its own
 * content, and be in the journal. Empty when every promise was kept.
 */
export function checkJournal(
  lines: readonly JournalLine[],
  state: DatabaseState,
  { liveAgents, maxReadMs = DEFAULT_MAX_READ_MS }: CheckOptions,
): Violation[] {
  const applied = lines.filter((line) => line.kind === 'applied');
  return [
    ...violations('durable', [
      ...findLostPublishes(lines, state),
      ...findTornPublishes(state),
      ...findGaps(state),
      ...findWrongHeads(state),
    ]),
    ...violations('forward only', findSteps(applied)),
    ...violations('convergent', findLaggards(applied, state, liveAgents)),
    ...violations('authentic', [...findForgedRows(state), ...findForgeries(applied, state)]),
    ...violations('never in the way', findBadReads(lines, maxReadMs)),
  ];
}

function violations(promise: PromiseName, details: readonly string[]): Violation[] {
  return details.map((detail) => ({ promise, detail }));
}

const keyOf = (...parts: readonly (string | number)[]): string => parts.join('/');

/** What was acknowledged must be there; what was refused must not; what is unknown is there at most once. */
function findLostPublishes(lines: readonly JournalLine[], state: DatabaseState): string[] {
  const found: string[] = [];
  const attempts = new Map(
    lines.filter((line) => line.kind === 'attempt').map((line) => [line.attempt, line]),
  );
  const revisions = new Map(
    state.revisions.map((row) => [keyOf(row.service, row.environment, row.number), row]),
  );
  const count = (service: string, layer: string, hash: string) =>
    state.versions.filter((row) => row.service === service && row.layer === layer && row.hash === hash)
      .length;

  for (const line of lines) {
    if (line.kind !== 'acknowledged' && line.kind !== 'refused' && line.kind !== 'unknown') continue;
    const attempt = attempts.get(line.attempt);
    if (attempt === undefined) {
      found.push(`${line.attempt} was ${line.kind}, but nobody attempted it`);
      continue;
    }
    const { service, layer, hash } = attempt;
    const copies = count(service, layer, hash);
    if (copies > 1) found.push(`${line.attempt} (${line.kind}) is in the database ${copies} times`);
    if (line.kind === 'refused' && copies > 0)
      found.push(`${line.attempt} was refused and is in the database`);
    if (line.kind !== 'acknowledged') continue;
    const place = keyOf(service, layer, line.version);
    const version = state.versions.find((row) => keyOf(row.service, row.layer, row.number) === place);
    if (version?.hash !== hash)
      found.push(`${line.attempt} was acknowledged as ${place}, which holds something else`);
    for (const revision of line.revisions) {
      const key = keyOf(revision.service, revision.environment, revision.revision);
      if (!revisions.has(key))
        found.push(`${line.attempt} was acknowledged with revision ${key}, which is not there`);
    }
  }
  return found;
}

/** Version, revisions, audit entry and change notices are there together. */
function findTornPublishes(state: DatabaseState): string[] {
  const found: string[] = [];
  const audited = new Map<string, number>();
  const auditedRevisions = new Map<string, number>();
  const bump = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { target, detail } of state.audits) {
    bump(audited, keyOf(target, detail.version, detail.hash));
    for (const { service, environment, revision } of detail.revisions)
      bump(auditedRevisions, keyOf(service, environment, revision));
  }
  for (const { service, layer, number, hash } of state.versions) {
    const entries = audited.get(keyOf(`document:${service}/${layer}`, number, hash)) ?? 0;
    if (entries !== 1) found.push(`version ${keyOf(service, layer, number)} has ${entries} audit entries`);
  }
  if (state.audits.length !== state.versions.length)
    found.push(`${state.audits.length} publishes are audited, ${state.versions.length} versions are there`);

  const notices = new Map<string, number>();
  for (const { service, environment } of state.changes) bump(notices, keyOf(service, environment));
  const perPair = new Map<string, number>();
  for (const { service, environment, number } of state.revisions) {
    bump(perPair, keyOf(service, environment));
    const entries = auditedRevisions.get(keyOf(service, environment, number)) ?? 0;
    if (entries !== 1)
      found.push(`revision ${keyOf(service, environment, number)} has ${entries} audit entries`);
  }
  for (const [pair, revisions] of perPair) {
    if (notices.get(pair) !== revisions)
      found.push(`${pair} has ${revisions} revisions and ${notices.get(pair) ?? 0} change notices`);
  }
  return found;
}

/** Versions of a document and revisions of a pair count 1, 2, 3 … */
function findGaps(state: DatabaseState): string[] {
  const numbers = new Map<string, number[]>();
  const add = (key: string, number: number) => numbers.set(key, [...(numbers.get(key) ?? []), number]);
  for (const row of state.versions) add(`versions of ${row.service}/${row.layer}`, row.number);
  for (const row of state.revisions) add(`revisions of ${row.service}/${row.environment}`, row.number);
  return [...numbers].flatMap(([key, found]) => {
    const sorted = found.toSorted((a, b) => a - b);
    return sorted.every((number, index) => number === index + 1) ? [] : [`${key} count ${sorted.join(', ')}`];
  });
}

function findWrongHeads(state: DatabaseState): string[] {
  const found: string[] = [];
  const last = new Map<string, { number: number; hash: string }>();
  const note = (key: string, row: { number: number; hash: string }) => {
    if ((last.get(key)?.number ?? 0) < row.number) last.set(key, row);
  };
  for (const row of state.versions) note(`document ${row.service}/${row.layer}`, row);
  for (const row of state.revisions) note(`head ${row.service}/${row.environment}`, row);
  for (const { service, layer, current } of state.documents) {
    const newest = last.get(`document ${service}/${layer}`)?.number ?? 0;
    if (newest !== current)
      found.push(`document ${service}/${layer} stands at ${current}, its newest is ${newest}`);
  }
  for (const { service, environment, revision, hash } of state.heads) {
    const newest = last.get(`head ${service}/${environment}`);
    if (newest?.number !== revision || newest.hash !== hash)
      found.push(
        `head ${service}/${environment} stands at ${revision}, its newest is ${newest?.number ?? 0}`,
      );
  }
  return found;
}

/** Within an epoch no agent applies what is not newer than all before; an epoch that was left never comes back. */
function findSteps(applied: readonly AppliedLine[]): string[] {
  const newest = new Map<string, { epoch: string; revision: number }>();
  const found: string[] = [];
  for (const { agent, epoch, revision } of applied) {
    const before = newest.get(agent);
    if (before !== undefined) {
      const isForward = epoch === before.epoch ? revision > before.revision : epoch > before.epoch;
      if (!isForward)
        found.push(`${agent} applied ${epoch}.${revision} after ${before.epoch}.${before.revision}`);
    }
    newest.set(agent, { epoch, revision });
  }
  return found;
}

function findLaggards(
  applied: readonly AppliedLine[],
  state: DatabaseState,
  live: readonly string[],
): string[] {
  const heads = new Map(state.heads.map((head) => [keyOf(head.service, head.environment), head]));
  return live.flatMap((agent) => {
    const last = applied.filter((line) => line.agent === agent).at(-1);
    if (last === undefined) return [`${agent} lives and has applied nothing`];
    const head = heads.get(keyOf(last.service, last.environment));
    if (head !== undefined && last.epoch === state.epoch && last.revision === head.revision) return [];
    return [
      `${agent} runs ${last.epoch}.${last.revision}, the newest is ${state.epoch}.${head?.revision ?? 0}`,
    ];
  });
}

function findForgedRows(state: DatabaseState): string[] {
  return [...state.versions, ...state.revisions]
    .filter(({ content, hash }) => canonicalHash(JSON.parse(content)) !== hash)
    .map(
      ({ service, number, hash }) =>
        `the content of ${service} ${number} in the database is not what ${hash} says`,
    );
}

function findForgeries(applied: readonly AppliedLine[], state: DatabaseState): string[] {
  const published = new Map(
    state.revisions.map((row) => [keyOf(row.service, row.environment, row.number), row.hash]),
  );
  return applied.flatMap(({ agent, service, environment, revision, hash, contentHash }) => {
    const key = keyOf(service, environment, revision);
    if (hash !== contentHash) return [`${agent} applied a content of ${key} that is not what its hash says`];
    if (published.get(key) !== hash)
      return [`${agent} applied ${key} with ${hash}, which was never published`];
    return [];
  });
}

function findBadReads(lines: readonly JournalLine[], maxReadMs: number): string[] {
  return lines
    .filter((line) => line.kind === 'reads')
    .flatMap(({ agent, slowestMs, thrown }) => {
      if (thrown !== undefined) return [`a read threw at ${agent}: ${thrown}`];
      return slowestMs > maxReadMs ? [`a read took ${slowestMs} ms at ${agent}`] : [];
    });
}
