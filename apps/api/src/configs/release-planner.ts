import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';
import { collectLayers, type PlannedRevision, planRevisions, type RecomposedConfig } from '@binnacle/domain';
import type { ConfigTree } from '@binnacle/store';
import type { ContentMemo } from './content-memo.js';
import { ContentWork } from './content-work.js';

const MAX_BUSY_MS = 10;
/** Of all different configs that one change makes, before they are merged: what a process has the memory for. */
const MAX_COMPOSED_CHARACTERS = 268_435_456;

/** Documents and includes. */
export type TreeContents = Pick<ConfigTree, 'sources' | 'documents'>;

/** A revision, and how it differs from the config before. */
export interface PlannedChange extends PlannedRevision {
  readonly recomposed: RecomposedConfig;
}

interface Composition {
  readonly key: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Which revisions a change calls for. */
@Injectable()
export class ReleasePlanner {
  constructor(private readonly work: ContentWork) {}

  /**
   * The revisions that this tree calls for. In an emergency nothing waits.
   *
   * @param before documents and includes as they were
   */
  async plan(
    tree: ConfigTree,
    before: TreeContents,
    memo: ContentMemo,
    isEmergency: boolean,
  ): Promise<PlannedChange[]> {
    const compositions = await this.compose(tree, before, memo);
    const { sources, headOf, secretVersionOf, protectedEnvironments } = tree;
    const recomposedOf = (service: string, environment: string): RecomposedConfig => {
      const key = compositions.get(`${service}/${environment}`)?.key ?? '';
      const recomposed = memo.recomposed.get(key);
      if (recomposed === undefined) throw new Error(`No config was composed for ${service}/${environment}`);
      return recomposed;
    };
    const rules = {
      sources,
      headOf,
      secretVersionOf,
      mustWait: (_service: string, environment: string) =>
        protectedEnvironments.has(environment) && !isEmergency,
      compose: (_layers: unknown, service: string, environment: string) => recomposedOf(service, environment),
    };
    const planned: PlannedChange[] = [];
    await inTurns(pairsOf(tree), ([service, environment]) => {
      for (const revision of planRevisions({ ...rules, services: [service], environments: [environment] }))
        planned.push({ ...revision, recomposed: recomposedOf(service, environment) });
    });
    return planned;
  }

  /** Puts together what the memo does not know, each once: most who include a service have the same of it. */
  private async compose(
    tree: ConfigTree,
    before: TreeContents,
    memo: ContentMemo,
  ): Promise<Map<string, Composition>> {
    const compositions = new Map<string, Composition>();
    const unknown = new Map<string, Composition>();
    await inTurns(pairsOf(tree), ([service, environment]) => {
      const after = layersOf(tree, service, environment);
      if (after.length === 0) return;
      const held = layersOf(before, service, environment);
      const key = `${held.map(({ hash }) => hash).join()}>${after.map(({ hash }) => hash).join()}`;
      const composition = {
        key,
        before: held.map(({ canonical }) => canonical),
        after: after.map(({ canonical }) => canonical),
      };
      compositions.set(`${service}/${environment}`, composition);
      if (!memo.recomposed.has(key)) unknown.set(key, composition);
    });
    const missing = [...unknown.values()];
    const characters = missing.reduce((sum, { after }) => sum + charactersOf(after), 0);
    if (characters > MAX_COMPOSED_CHARACTERS)
      throw new Problem(
        'payload_too_large',
        `This would change ${missing.length} different configs, of ${characters} characters in all: at most ${MAX_COMPOSED_CHARACTERS} can be changed at once.`,
      );
    const recomposed = await this.work.recompose(tree.workspaceId, missing);
    recomposed.forEach((config, index) => memo.recomposed.set(missing[index]?.key ?? '', config));
    return compositions;
  }
}

function charactersOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function layersOf({ sources, documents }: TreeContents, service: string, environment: string) {
  return collectLayers(sources, service, environment).flatMap(
    ({ document }) => documents.get(document) ?? [],
  );
}

function pairsOf({
  affected,
  environments,
}: ConfigTree): (readonly [service: string, environment: string])[] {
  return affected
    .filter(({ kind, archived }) => kind === 'service' && !archived)
    .flatMap(({ name }) => environments.map((environment) => [name, environment] as const));
}

/** One after the other; others have their turn between when it takes long. */
async function inTurns<Item>(items: readonly Item[], work: (item: Item) => void): Promise<void> {
  let busySinceMs = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - busySinceMs < MAX_BUSY_MS) continue;
    await setImmediate();
    busySinceMs = performance.now();
  }
}
