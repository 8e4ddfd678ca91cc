import { Injectable } from '@nestjs/common';
import {
  grantsAllow,
  MAX_CONTRIBUTORS,
  type PairParams,
  type PlannedPromotionBody,
  Problem,
  type Promote,
  type PublishedBody,
} from '@binnacle/contracts';
import { BASE_LAYER, collectLayers } from '@binnacle/domain';
import {
  type Actor,
  type ConfigTree,
  ConfigTreeStore,
  type Contributor,
  DocumentStore,
  RunAgain,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import { CompositionTrees } from '../configs/composition-trees.js';
import { ContentMemo } from '../configs/content-memo.js';
import { checkPrecondition, type DocumentChange } from '../configs/document-change.js';
import { PublishingService, type PublishRequest } from '../configs/publishing.service.js';
import { describeErrors } from '../http/describe-errors.js';
import { ValidatorPool } from '../validation/validator-pool.js';
import type { PromotionAnswer } from '../validation/validator-task.js';
import { pathsIn } from './promoted-paths.js';

/** Bytes: of the tree that is locked, versions alone are looked at. */
const NO_TEXTS = 0;

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
  /** Those of `from` that the target has not: what is promoted is theirs. */
  readonly origins: readonly Origin[];
}

interface Origin {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
}

/** What is to be published, as far as that was found out before the transaction. */
type Ready =
  | { readonly ok: true; readonly planned: Planned; readonly foreseen: ContentMemo }
  | { readonly ok: false; readonly problem: Problem };

/** Brings what one environment has to another one. */
@Injectable()
export class PromotionService {
  constructor(
    private readonly mutations: Mutations,
    private readonly trees: ConfigTreeStore,
    private readonly compositions: CompositionTrees,
    private readonly documents: DocumentStore,
    private readonly validators: ValidatorPool,
    private readonly publishing: PublishingService,
  ) {}

  async promote(actor: Actor, sender: Principal, pair: PairParams, body: Promote): Promise<PublishedBody> {
    const { from, confirm, emergencyReason, message = `Promoted from ${from}` } = body;
    const request = { action: 'document.promote', message, sender, emergencyReason, confirm };
    let ready = await this.ready(actor, pair, body, request);
    const again = new RunAgain(async () => {
      if (ready.ok) ready.foreseen[Symbol.dispose]();
      ready = await this.ready(actor, pair, body, request);
    });
    try {
      return await this.mutations.runSql(actor, async (mutation) => {
        // Here, as who repeats a request gets the first answer again.
        if (!ready.ok) throw ready.problem;
        const { planned, foreseen } = ready;
        const tree = await this.trees.lock(mutation, pair.service, NO_TEXTS);
        if (tree === undefined || pinsOf(tree, { ...pair, from }) !== planned.pins) throw again;
        if (planned.promotion.edits === 0)
          throw new Problem('no_change', `${pair.environment} has all of that already.`);
        const published = await this.publishing.publishIn(mutation, [planned.change], request, foreseen);
        const { versions, ...rest } = published;
        const [{ version, hash } = { version: 0, hash: '' }] = versions;
        return { version, hash, ...rest };
      });
    } catch (error) {
      if (error !== again) throw error;
      throw new Problem(
        'version_conflict',
        `The documents of ${pair.service} are being changed all the time. Try again in a moment.`,
      );
    } finally {
      if (ready.ok) ready.foreseen[Symbol.dispose]();
    }
  }

  async preview(sender: Principal, pair: PairParams, body: Promote): Promise<PlannedPromotionBody> {
    const { change, promotion, basedOn } = await this.plan(sender, pair, body);
    const { source: content, format } = change.prepared;
    const preview = await this.publishing.preview(sender, [change]);
    const { patch, changes, ...counted } = promotion.diff;
    const diff = { ...counted, patch: [...patch], changes: [...changes] };
    return { basedOn, content, format, diff, preview };
  }

  private async ready(
    actor: Actor,
    pair: PairParams,
    body: Promote,
    request: PublishRequest,
  ): Promise<Ready> {
    try {
      const planned = await this.plan(request.sender, pair, body);
      const contributors = await this.writersOf(actor, pair, planned);
      const change = { ...planned.change, contributors };
      const foreseen =
        planned.promotion.edits === 0
          ? new ContentMemo()
          : await this.publishing.foresee(actor.workspaceId, [change], request);
      return { ok: true, planned: { ...planned, change }, foreseen };
    } catch (error) {
      if (!Problem.isInstance(error)) throw error;
      return { ok: false, problem: error };
    }
  }

  /** Nobody approves what he wrote, also when somebody else promotes it. */
  private async writersOf(
    { workspaceId, identity }: Actor,
    into: PairParams,
    { promotion, origins }: Planned,
  ): Promise<Contributor[]> {
    const paths = pathsIn(promotion.diff.patch);
    const writers = new Map<string, Contributor>();
    for (const origin of origins)
      for (const writer of await this.documents.writersOf(workspaceId, { ...origin, into, paths }))
        if (writer.identity !== identity) writers.set(`${writer.identity} ${writer.name}`, writer);
    if (writers.size > MAX_CONTRIBUTORS)
      throw new Problem(
        'too_many',
        `More than ${MAX_CONTRIBUTORS} people and tokens wrote that: promote it in parts, by pointers.`,
      );
    return [...writers.values()];
  }

  private plan(sender: Principal, pair: PairParams, body: Promote): Promise<Planned> {
    const { workspaceId } = sender;
    const route = { ...pair, from: body.from };
    mustMayTakeFrom(sender, route);
    const weigh = (tree: ConfigTree) => {
      mustBeThere(tree, route);
      return tree.bytes;
    };
    const question = { workspaceId, services: [pair.service], purpose: 'look', weigh } as const;
    return this.compositions.look(question, (tree) => this.planOn(tree, pair, body));
  }

  private async planOn(tree: ConfigTree, pair: PairParams, body: Promote): Promise<Planned> {
    const { workspaceId } = tree;
    const { service, environment } = pair;
    const route = { ...pair, from: body.from };
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
    const origins = originsOf(tree, route);
    return { change, promotion, basedOn: version, pins: pinsOf(tree, route), origins };
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

/** What both are made of is looked at as a part of the target itself. */
function originsOf({ sources }: ConfigTree, { service, environment, from }: Route): Origin[] {
  const shared = new Set(collectLayers(sources, service, environment).map(({ document }) => document));
  return collectLayers(sources, service, from)
    .filter(({ document }) => !shared.has(document))
    .map(({ document, version }) => {
      const [name = '', layer = ''] = document.split('/');
      return { service: name, layer, version };
    });
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
