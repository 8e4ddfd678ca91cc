import { Injectable } from '@nestjs/common';
import { type PlannedRevision, planRevisions, type RecomposedConfig } from '@binnacle/domain';
import type { ConfigTree } from '@binnacle/store';
import {
  type Composition,
  findCompositions,
  mustFit,
  pairsOf,
  type TreeContents,
} from './composition-places.js';
import { inTurns } from './composition-turns.js';
import type { ContentMemo } from './content-memo.js';
import { ContentWork } from './content-work.js';

/** A revision, and how it differs from the config before. */
export interface PlannedChange extends PlannedRevision {
  readonly recomposed: RecomposedConfig;
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
    const compositions = await findCompositions(tree, before);
    const unknown = new Map<string, Composition>();
    for (const composition of compositions.values())
      if (!memo.recomposed.has(composition.key)) unknown.set(composition.key, composition);
    const missing = [...unknown.values()];
    mustFit(missing);
    const recomposed = await this.work.recompose(
      tree.workspaceId,
      missing.map((composition) => ({
        before: composition.before.map(({ canonical }) => canonical),
        after: composition.after.map(({ canonical }) => canonical),
      })),
    );
    recomposed.forEach((config, index) => memo.recomposed.set(missing[index]?.key ?? '', config));
    return compositions;
  }
}
