import { Injectable } from '@nestjs/common';
import {
  grantsAllow,
  type PairParams,
  type PlannedPromotionBody,
  Problem,
  type Promote,
  type PublishedBody,
} from '@binnacle/contracts';
import { BASE_LAYER, collectLayers } from '@binnacle/domain';
import { type Actor, type ConfigTree, ConfigTreeStore, DocumentStore } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import { checkPrecondition, type DocumentChange } from '../configs/document-change.js';
import { PublishingService } from '../configs/publishing.service.js';
import { describeErrors } from '../http/describe-errors.js';
import { ValidatorPool } from '../validation/validator-pool.js';
import type { PromotionAnswer } from '../validation/validator-task.js';

/** How often it is planned anew when somebody publishes what it was planned on. */
const ATTEMPTS = 3;

/** Where values are taken from, and where they go. */
interface Route extends PairParams {
  readonly from: string;
}

interface Planned {
  readonly change: DocumentChange;
  readonly promotion: Extract<PromotionAnswer, { ok: true }>;
  readonly basedOn: number;
  /** The versions of documents that it was planned on. */
  readonly pins: string;
}

/** Brings what one environment has to another one. */
@Injectable()
export class PromotionService {
  constructor(
    private readonly mutations: Mutations,
    private readonly trees: ConfigTreeStore,
    private readonly documents: DocumentStore,
    private readonly validators: ValidatorPool,
    private readonly publishing: PublishingService,
  ) {}

  async promote(actor: Actor, sender: Principal, pair: PairParams, body: Promote): Promise<PublishedBody> {
    const { from, confirm, emergencyReason, message = `Promoted from ${from}` } = body;
    const request = { action: 'document.promote', message, sender, emergencyReason, confirm };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const planned = await this.plan(sender, pair, body);
      if (planned.promotion.edits === 0)
        throw new Problem('no_change', `${pair.environment} has all of that already.`);
      const { change, pins } = planned;
      const foreseen = await this.publishing.foresee(actor.workspaceId, [change], request);
      const published = await this.mutations.runSql(actor, async (mutation) => {
        const tree = await this.trees.lock(mutation, pair.service);
        if (tree === undefined || pinsOf(tree, { ...pair, from }) !== pins) return undefined;
        const result = await this.publishing.publishIn(mutation, [change], request, foreseen);
        const [{ version, hash } = { version: 0, hash: '' }] = result.versions;
        return { version, hash, revisions: result.revisions, warnings: result.warnings };
      });
      if (published !== undefined) return published;
    }
    throw new Problem(
      'version_conflict',
      `The documents of ${pair.service} are being changed all the time. Try again in a moment.`,
    );
  }

  async preview(sender: Principal, pair: PairParams, body: Promote): Promise<PlannedPromotionBody> {
    const { change, promotion, basedOn } = await this.plan(sender, pair, body);
    const { source: content, format } = change.prepared;
    const preview = await this.publishing.preview(sender, [change]);
    const { patch, changes, ...counted } = promotion.diff;
    const diff = { ...counted, patch: [...patch], changes: [...changes] };
    return { basedOn, content, format, diff, preview };
  }

  private async plan(sender: Principal, pair: PairParams, body: Promote): Promise<Planned> {
    const { workspaceId } = sender;
    const { service, environment } = pair;
    const route = { ...pair, from: body.from };
    mustMayTakeFrom(sender, route);
    const tree = await this.trees.readSeveral(workspaceId, [service]);
    mustBeThere(tree, route);
    const version = tree.documents.get(`${service}/${environment}`)?.version ?? 0;
    if (body.basedOn !== undefined) {
      const current = version === 0 ? undefined : { version };
      checkPrecondition(current, { service, layer: environment, basedOn: [body.basedOn] });
    }
    const { source, format } = await this.overlayText(workspaceId, pair, version);
    const overlay = `${service}/${environment}`;
    const textsOf = (place: string) =>
      collectLayers(tree.sources, service, place)
        .filter(({ document }) => document !== overlay)
        .map(({ document }) => tree.documents.get(document)?.canonical ?? '{}');
    const promotion = await this.validators.promote(workspaceId, {
      lower: textsOf(environment),
      overlay: tree.documents.get(overlay)?.canonical,
      text: source,
      format,
      source: textsOf(body.from),
      pointers: body.pointers,
    });
    if (!promotion.ok) throw notPromotable(body, promotion.errors);
    const prepared = await this.publishing.prepare(workspaceId, { content: promotion.text, format });
    const change = { service, layer: environment, prepared, basedOn: [version], pointer: '' };
    return { change, promotion, basedOn: version, pins: pinsOf(tree, route) };
  }

  /** The overlay as its author wrote it; a new one is written as the base is. */
  private async overlayText(
    workspaceId: string,
    { service, environment }: PairParams,
    version: number,
  ): Promise<{ source: string | undefined; format: 'json' | 'yaml' }> {
    const found =
      version === 0
        ? await this.documents.find(workspaceId, service, BASE_LAYER)
        : await this.documents.find(workspaceId, service, environment, version);
    const format = found?.format === 'yaml' ? 'yaml' : 'json';
    return { source: version === 0 ? undefined : found?.source, format };
  }
}

function mustMayTakeFrom({ grants }: Principal, { service, environment, from }: Route): void {
  if (from === environment)
    throw new Problem('invalid_request', 'An environment cannot be promoted to itself.', [
      { pointer: '/from', message: 'is the environment that is promoted to' },
    ]);
  if (!grantsAllow(grants, 'config:read', { service, environment: from }))
    throw new Problem(
      'forbidden',
      `This shows what ${service} has in ${from}, which takes config:read there.`,
      [{ pointer: '/from', message: 'needs config:read there' }],
      { service, environment: from },
    );
}

function mustBeThere(tree: ConfigTree, { service, environment, from }: Route): void {
  const affected = tree.affected.find(({ name }) => name === service);
  if (affected === undefined) throw new Problem('not_found', `There is no service ${service}.`);
  if (!tree.environments.includes(environment))
    throw new Problem('not_found', `There is no environment ${environment}.`);
  if (!tree.environments.includes(from))
    throw new Problem('not_found', `There is no environment ${from}.`, [
      { pointer: '/from', message: 'does not exist' },
    ]);
  if (affected.archived)
    throw new Problem('in_use', `The service ${service} is archived: nothing can be published for it.`);
  if (collectLayers(tree.sources, service, from).length === 0)
    throw new Problem('config_not_published', `Nothing is published for ${service} in ${from}.`);
}

/** What the effective configs of both environments are made of. */
function pinsOf({ sources }: ConfigTree, { service, environment, from }: Route): string {
  const pins = [environment, from].map((place) =>
    collectLayers(sources, service, place).map(({ document, version }) => [document, version]),
  );
  return JSON.stringify(pins);
}

/** The pointers of the errors lead into the config; those that were asked for are named by their place in the request. */
function notPromotable(
  { pointers }: Promote,
  found: readonly { readonly pointer: string; readonly message: string }[],
): Problem {
  const errors = found.map(({ pointer, message }) => {
    const index = pointers?.indexOf(pointer) ?? -1;
    return index === -1
      ? { pointer: '/from', message: `${pointer} ${message}` }
      : { pointer: `/pointers/${index}`, message: `${pointer} ${message}` };
  });
  return new Problem('invalid_request', describeErrors(errors, 'That cannot be promoted.'), errors);
}
