import { Injectable } from '@nestjs/common';
import {
  MAX_PREVIEWED_CHANGES,
  type PreviewBody,
  type PreviewedChangeBody,
  type ValidationBody,
} from '@binnacle/contracts';
import { decideRelease } from '@binnacle/domain';
import { type ConfigTree, ConfigTreeStore, HealthStore } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { ContentMemo } from './content-memo.js';
import { ContentWork } from './content-work.js';
import { type DocumentChange, documentName, mustTake } from './document-change.js';
import { PublishDecisions } from './publish-decisions.js';
import type { PlannedChange } from './release-planner.js';
import { isShown } from './release-request.js';

/** Revisions whose running instances are counted: one question to Redis each. */
const MAX_COUNTED = 200;

/** What publishing would do, without doing it. */
@Injectable()
export class PublishPreviews {
  constructor(
    private readonly trees: ConfigTreeStore,
    private readonly decisions: PublishDecisions,
    private readonly work: ContentWork,
    private readonly health: HealthStore,
  ) {}

  /** @throws Problem as publishing does, but for what is wrong with the contents */
  async validate(
    { workspaceId, grants }: Principal,
    changes: readonly DocumentChange[],
  ): Promise<ValidationBody> {
    const tree = await this.read(workspaceId, changes);
    const { errors, warnings } = await this.decisions.decide(tree, changes, { grants }, new ContentMemo());
    return { valid: errors.length === 0, errors: [...errors], warnings: [...warnings] };
  }

  /** Service by service; those that the sender may not see are only counted. */
  async preview(
    { workspaceId, grants }: Principal,
    changes: readonly DocumentChange[],
  ): Promise<PreviewBody> {
    const tree = await this.read(workspaceId, changes);
    const decision = await this.decisions.decide(tree, changes, { grants }, new ContentMemo());
    const { planned, request, errors, warnings, gates } = decision;
    const shown = planned
      .filter(({ service, environment }) => isShown(request, service, environment))
      .slice(0, MAX_PREVIEWED_CHANGES);
    const running = await this.runningInstances(workspaceId, shown.slice(0, MAX_COUNTED));
    return {
      valid: errors.length === 0,
      errors: [...errors],
      warnings: [...warnings],
      gates: [...gates],
      changes: shown.map((change) => toPreviewedChange(tree, change, running)),
      total: planned.length,
      truncated: shown.length < planned.length,
      diff: await this.diff(tree, changes),
    };
  }

  private async read(workspaceId: string, changes: readonly DocumentChange[]): Promise<ConfigTree> {
    const services = changes.map(({ service }) => service);
    const tree = await this.trees.readSeveral(workspaceId, services);
    for (const change of changes) mustTake(tree, change);
    return tree;
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
