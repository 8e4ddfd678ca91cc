import { Injectable } from '@nestjs/common';
import {
  MAX_PREVIEWED_CHANGES,
  type PreviewBody,
  type PreviewedChangeBody,
  type ValidationBody,
  type Grant,
} from '@binnacle/contracts';
import { collectLayers, decideRelease } from '@binnacle/domain';
import { type ConfigTree, HealthStore } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { pairsOf } from './composition-places.js';
import { CompositionTrees } from './composition-trees.js';
import { ContentMemo } from './content-memo.js';
import { ContentWork } from './content-work.js';
import { type DocumentChange, documentName, mayPublish, mustTake } from './document-change.js';
import { PublishDecisions, type Sending, weightOfChanges } from './publish-decisions.js';
import type { PlannedChange } from './release-planner.js';
import { isShown, type ReleaseRequest } from './release-request.js';

/** Revisions whose running instances are counted: one question to Redis each. */
const MAX_COUNTED = 200;

/** What publishing would do, without doing it. */
@Injectable()
export class PublishPreviews {
  constructor(
    private readonly trees: CompositionTrees,
    private readonly decisions: PublishDecisions,
    private readonly work: ContentWork,
    private readonly health: HealthStore,
  ) {}

  /** @throws Problem as publishing does, but for what is wrong with the contents */
  async validate(
    { workspaceId, grants }: Principal,
    changes: readonly DocumentChange[],
  ): Promise<ValidationBody> {
    return this.look(workspaceId, changes, async (tree) => {
      const sending = lookingBy(grants, changes);
      const { errors, warnings } = await this.decisions.decide(tree, changes, sending, new ContentMemo());
      return { valid: errors.length === 0, errors: [...errors], warnings: [...warnings] };
    });
  }

  /**
   * Service by service; those that the sender may not see are only counted, whether or not something changes there: that
   * would tell what they have.
   */
  preview({ workspaceId, grants }: Principal, changes: readonly DocumentChange[]): Promise<PreviewBody> {
    return this.look(workspaceId, changes, async (tree) => {
      const sending = lookingBy(grants, changes);
      const decision = await this.decisions.decide(tree, changes, sending, new ContentMemo());
      const { next, planned, request, errors, warnings, gates } = decision;
      const visible = planned.filter(({ service, environment }) => isShown(request, service, environment));
      const shown = visible.slice(0, MAX_PREVIEWED_CHANGES);
      const total = visible.length + countHidden(next, request, changes);
      const running = await this.runningInstances(workspaceId, shown.slice(0, MAX_COUNTED));
      return {
        valid: errors.length === 0,
        errors: [...errors],
        warnings: [...warnings],
        gates: [...gates],
        changes: shown.map((change) => toPreviewedChange(tree, change, running)),
        total,
        truncated: shown.length < total,
        diff: await this.diff(tree, changes),
      };
    });
  }

  private look<Answer>(
    workspaceId: string,
    changes: readonly DocumentChange[],
    use: (tree: ConfigTree) => Promise<Answer>,
  ): Promise<Answer> {
    const services = changes.map(({ service }) => service);
    const weigh = (tree: ConfigTree) => {
      for (const change of changes) mustTake(tree, change);
      return weightOfChanges(tree, changes);
    };
    return this.trees.look({ workspaceId, services, purpose: 'look', weigh }, use);
  }

  /** Of one document; several have no diff in common. */
  private async diff(tree: ConfigTree, changes: readonly DocumentChange[]): Promise<PreviewBody['diff']> {
    const [change] = changes;
    if (change === undefined || changes.length > 1) return null;
    const before = tree.documents.get(documentName(change))?.canonical;
    const {
      patch,
      changes: described,
      ...rest
    } = await this.work.show(tree.workspaceId, before, change.prepared.canonical);
    return { ...rest, patch: [...patch], changes: [...described] };
  }

  /** By `<service>/<environment>`. Nothing while Redis cannot tell: the preview does not depend on it. */
  private async runningInstances(
    workspaceId: string,
    changes: readonly PlannedChange[],
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const byEnvironment = Map.groupBy(changes, ({ environment }) => environment);
    await Promise.all(
      [...byEnvironment].map(async ([environment, own]) => {
        const services = own.map(({ service }) => service);
        const summaries = await this.health
          .summaries(workspaceId, environment, services)
          .catch(() => undefined);
        summaries?.forEach((summary, index) =>
          counts.set(`${services[index] ?? ''}/${environment}`, summary.counts.total),
        );
      }),
    );
    return counts;
  }
}

/** Who could not publish it learns nothing of what he may not see: he could ask until he knows what is there. */
function lookingBy(grants: readonly Grant[], changes: readonly DocumentChange[]): Sending {
  return { grants, isBlind: !changes.every((change) => mayPublish(grants, change)) };
}

/** Configs that the sender may not see and that one of the documents is a part of, whatever they say. */
function countHidden(tree: ConfigTree, request: ReleaseRequest, changes: readonly DocumentChange[]): number {
  const changed = new Set(changes.map(documentName));
  return pairsOf(tree).filter(
    ([service, environment]) =>
      !isShown(request, service, environment) &&
      collectLayers(tree.sources, service, environment).some(({ document }) => changed.has(document)),
  ).length;
}

function toPreviewedChange(
  tree: ConfigTree,
  revision: PlannedChange,
  running: ReadonlyMap<string, number>,
): PreviewedChangeBody {
  const { service, environment, recomposed } = revision;
  const isProtected = tree.protectedEnvironments.has(environment);
  const decision = decideRelease(revision, { isProtected }, false);
  const runningInstances = running.get(`${service}/${environment}`);
  return {
    service,
    environment,
    revision: revision.revision,
    from: tree.headOf(service, environment)?.revision ?? null,
    state: decision === 'awaiting_approval' ? decision : 'released',
    ...recomposed.change.counts,
    ...(runningInstances === undefined ? {} : { runningInstances }),
  };
}
