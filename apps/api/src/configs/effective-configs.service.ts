import { Injectable } from '@nestjs/common';
import { grantsAllow, type PageQuery, Problem, type RevisionBody } from '@binnacle/contracts';
import { BASE_LAYER, collectLayers, type JsonObject } from '@binnacle/domain';
import {
  ConfigTreeStore,
  EnvironmentStore,
  type Page,
  type Pair,
  type PinnedDocuments,
  RevisionStore,
  type RevisionRecord,
  ServiceStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { ConfigCache, type ServedConfig } from './config-cache.js';
import { ContentWork } from './content-work.js';

/** Effective configs as agents and people read them. */
@Injectable()
export class EffectiveConfigsService {
  constructor(
    private readonly cache: ConfigCache,
    private readonly revisions: RevisionStore,
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
    private readonly trees: ConfigTreeStore,
    private readonly work: ContentWork,
  ) {}

  /** @throws Problem config_not_published, or not_found when there is no such service or environment */
  async read(pair: Pair): Promise<ServedConfig> {
    return (await this.cache.newest(pair)) ?? (await this.explainAbsence(pair));
  }

  /** The config once it is another than is known, or undefined when that did not happen in time. */
  async waitForOther(
    pair: Pair,
    isKnown: (config: ServedConfig) => boolean,
    signal: AbortSignal,
  ): Promise<ServedConfig | undefined> {
    const arrived = Promise.withResolvers<ServedConfig | undefined>();
    const stopWatching = this.cache.watch(pair, (config) => {
      if (!isKnown(config)) arrived.resolve(config);
    });
    const giveUp = () => arrived.resolve(undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      // Asked for only once watching has begun, so that nothing falls between the two.
      const now = await this.read(pair);
      if (!isKnown(now)) return now;
      if (signal.aborted) return undefined;
      return await arrived.promise;
    } finally {
      stopWatching();
      signal.removeEventListener('abort', giveUp);
    }
  }

  /**
   * The released config with where every leaf comes from, by the versions of documents that it was made of: the JSON of
   * an answer. What hidden values say is not told of documents that the sender may not read.
   */
  async explain(pair: Pair, grants: Principal['grants']): Promise<string> {
    const pinned = await this.revisions.newestPinned(pair);
    if (pinned === undefined) return this.explainAbsence(pair);
    const { epoch, revision, hash, documents } = pinned.isOrdered ? pinned : await this.inOrder(pair, pinned);
    const layers = documents.map(({ service, layer, version, content: canonical }) => ({
      label: service === pair.service ? layer : `include:${service}`,
      document: `${service}/${layer}`,
      version,
      canonical,
      isShown: mayRead(grants, service, layer),
    }));
    const explained = await this.work.explain(pair.workspaceId, layers);
    if (!explained.ok)
      throw new Problem('payload_too_large', `${explained.detail}: read it without explain.`);
    if (explained.hash !== hash)
      throw new Problem(
        'internal',
        `What revision ${revision} was made of cannot be put together any more: publish again, then it can be explained.`,
      );
    const head = JSON.stringify({ epoch, revision, hash }).slice(0, -1);
    return `${head},"content":${explained.canonical},"layers":${explained.layers},"origins":${explained.origins}}`;
  }

  /** Revisions of before do not tell the order of their layers: it is that of the includes, which changed with them. */
  private async inOrder(pair: Pair, pinned: PinnedDocuments): Promise<PinnedDocuments> {
    const tree = await this.trees.read(pair.workspaceId, pair.service, 0);
    const order = collectLayers(tree?.sources ?? new Map(), pair.service, pair.environment).map(
      ({ document }) => document,
    );
    const placeOf = ({ service, layer }: PinnedDocuments['documents'][number]) =>
      order.indexOf(`${service}/${layer}`);
    const documents = pinned.documents.toSorted((one, other) => placeOf(one) - placeOf(other));
    return { ...pinned, documents };
  }

  async listRevisions(pair: Pair, page: PageQuery): Promise<Page<RevisionBody>> {
    const { items, nextCursor } = await this.revisions.list(pair, page);
    if (items.length === 0 && page.cursor === undefined) await this.mustExist(pair);
    return { items: items.map(toRevisionView), nextCursor };
  }

  async readRevision(pair: Pair, number: number): Promise<RevisionBody & { content: JsonObject }> {
    const record = await this.revisions.find(pair, number);
    if (record === undefined)
      throw new Problem(
        'not_found',
        `There is no revision ${number} of ${pair.service} in ${pair.environment}.`,
      );
    return { ...toRevisionView(record), content: JSON.parse(record.content) as JsonObject };
  }

  /** @throws Problem not_found */
  async mustExist({ workspaceId, service, environment }: Pair): Promise<void> {
    const [record, isEnvironment] = await Promise.all([
      this.services.find(workspaceId, service),
      this.environments.exists(workspaceId, environment),
    ]);
    if (record === undefined) throw new Problem('not_found', `There is no service ${service}.`);
    if (!isEnvironment) throw new Problem('not_found', `There is no environment ${environment}.`);
  }

  private async explainAbsence(pair: Pair): Promise<never> {
    await this.mustExist(pair);
    if (await this.revisions.hasWaiting(pair))
      throw new Problem(
        'config_not_published',
        `Nothing is released yet for ${pair.service} in ${pair.environment}: its first revision waits for an approval.`,
      );
    throw new Problem(
      'config_not_published',
      `Nothing is published yet for ${pair.service} in ${pair.environment}.`,
    );
  }
}

function toRevisionView(record: RevisionRecord): RevisionBody {
  const { number: revision, hash, state, message, author, createdAt, layers } = record;
  return {
    revision,
    hash,
    state,
    message,
    author,
    createdAt: createdAt.toISOString(),
    layers: { ...layers },
  };
}

/** A base document concerns every environment; to read it takes no more than to read one of them. */
function mayRead(grants: Principal['grants'], service: string, layer: string): boolean {
  const environment = layer === BASE_LAYER ? undefined : layer;
  return grantsAllow(grants, 'config:read', { service, environment });
}
