import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type EffectiveConfigBody, type PageQuery, Problem, type RevisionBody } from '@binnacle/contracts';
import { collectLayers, explainLayers, type JsonObject } from '@binnacle/domain';
import {
  ConfigTreeStore,
  EnvironmentStore,
  type Page,
  type Pair,
  RevisionStore,
  type RevisionRecord,
  ServiceStore,
} from '@binnacle/store';
import { ConfigCache, type ServedConfig } from './config-cache.js';

/** How often, and how far apart, an explanation is tried when something is published meanwhile. */
const EXPLAIN_ATTEMPTS = 5;
const EXPLAIN_PAUSE_MS = 100;

/** Effective configs as agents and people read them. */
@Injectable()
export class EffectiveConfigsService {
  constructor(
    private readonly cache: ConfigCache,
    private readonly revisions: RevisionStore,
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
    private readonly trees: ConfigTreeStore,
  ) {}

  /** @throws Problem config_not_published, or not_found when there is no such service or environment */
  async read(pair: Pair): Promise<ServedConfig> {
    return (await this.cache.newest(pair)) ?? (await this.explainAbsence(pair));
  }

  /** The config once it has another ETag than `known`, or undefined when that did not happen in time. */
  async waitForOther(
    pair: Pair,
    isKnown: (etag: string) => boolean,
    signal: AbortSignal,
  ): Promise<ServedConfig | undefined> {
    const arrived = Promise.withResolvers<ServedConfig | undefined>();
    const stopWatching = this.cache.watch(pair, (config) => {
      if (!isKnown(config.etag)) arrived.resolve(config);
    });
    const giveUp = () => arrived.resolve(undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      // Asked for only once watching has begun, so that nothing falls between the two.
      const now = await this.read(pair);
      if (!isKnown(now.etag)) return now;
      if (signal.aborted) return undefined;
      return await arrived.promise;
    } finally {
      stopWatching();
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** The config with the layer of every leaf: both of the documents as they are published now. */
  async explain(pair: Pair): Promise<EffectiveConfigBody> {
    for (let attempt = 1; attempt <= EXPLAIN_ATTEMPTS; attempt++) {
      const { epoch, revision, hash, content } = await this.read(pair);
      const tree = await this.trees.read(pair.workspaceId, pair.service);
      if (tree === undefined) throw new Problem('not_found', `There is no service ${pair.service}.`);
      const layers = explainLayers(collectLayers(tree.sources, pair.service, pair.environment));
      // Something published in between would explain another content than this one.
      if (tree.headOf(pair.service, pair.environment)?.hash === hash)
        return { epoch, revision, hash, content, layers };
      await delay(EXPLAIN_PAUSE_MS * attempt);
    }
    throw new Problem(
      'storage_unavailable',
      'This config is changing faster than it can be explained. Try again.',
    );
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
    throw new Problem(
      'config_not_published',
      `Nothing is published yet for ${pair.service} in ${pair.environment}.`,
    );
  }
}

function toRevisionView(record: RevisionRecord): RevisionBody {
  const { number: revision, hash, message, author, createdAt, layers } = record;
  return { revision, hash, message, author, createdAt: createdAt.toISOString(), layers };
}
