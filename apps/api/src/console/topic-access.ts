import { Injectable } from '@nestjs/common';
import {
  type ConsoleTopic,
  grantsAllow,
  parseTopic,
  Problem,
  TOPIC_NEEDS,
  touchedByDocument,
  touchedByTopic,
  type WatchAnswer,
} from '@binnacle/contracts';
import { EnvironmentStore, ServiceStore } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { KnownNames } from './known-names.js';

/** What was there so short a time ago is taken to be there still: at worst somebody watches what is gone. */
const BELIEVED_MS = 1_000;

interface Judged {
  readonly topics: readonly ConsoleTopic[];
  readonly refused: WatchAnswer['refused'];
}

/** Decides who may watch and edit what: by grants, and only what is there in his own workspace. */
@Injectable()
export class TopicAccess {
  private readonly knownServices = new KnownNames(BELIEVED_MS);
  private readonly knownEnvironments = new KnownNames(BELIEVED_MS);

  constructor(
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
  ) {}

  /** Rejects when the database is needed and away. */
  async judge(principal: Principal, texts: readonly string[]): Promise<Judged> {
    const topics: ConsoleTopic[] = [];
    const refused: WatchAnswer['refused'][number][] = [];
    const refuse = (topic: string, { code, message: detail }: Problem) =>
      refused.push({ topic, code, detail });
    const asked = [...new Set(texts)].flatMap((text) => {
      const topic = parseTopic(text);
      return topic === undefined ? [] : [{ text, topic }];
    });
    const allowed = asked.filter(({ text, topic }) => {
      const need = TOPIC_NEEDS[topic.kind];
      if (grantsAllow(principal.grants, need, touchedByTopic(topic))) return true;
      refuse(text, new Problem('forbidden', `This needs ${need} there.`));
      return false;
    });
    const missing = await this.findMissing(
      principal.workspaceId,
      allowed.map(({ topic }) => touchedByTopic(topic)),
    );
    for (const { text, topic } of allowed) {
      const fault = missing(touchedByTopic(topic));
      if (fault === undefined) topics.push(topic);
      else refuse(text, fault);
    }
    return { topics, refused };
  }

  /** @throws Problem forbidden or not_found */
  async mustMayEdit(principal: Principal, document: { service: string; layer: string }): Promise<void> {
    const touched = touchedByDocument(document);
    if (!grantsAllow(principal.grants, 'config:edit', touched))
      throw new Problem('forbidden', 'This needs config:edit there.');
    const fault = (await this.findMissing(principal.workspaceId, [touched]))(touched);
    if (fault !== undefined) throw fault;
  }

  /** At most one look-up of each kind for all of them: what is wrong with each. */
  private async findMissing(workspaceId: string, named: readonly Named[]) {
    const [services, environments] = await Promise.all([
      this.knownServices.among(
        workspaceId,
        named.flatMap(({ service }) => service ?? []),
        (names) => this.services.existing(workspaceId, names),
      ),
      this.knownEnvironments.among(
        workspaceId,
        named.flatMap(({ environment }) => environment ?? []),
        async () => (await this.environments.list(workspaceId)).map(({ name }) => name),
      ),
    ]);
    return ({ service, environment }: Named): Problem | undefined => {
      if (service !== undefined && !services.has(service))
        return new Problem('not_found', `There is no service ${service}.`);
      if (environment !== undefined && !environments.has(environment))
        return new Problem('not_found', `There is no environment ${environment}.`);
      return undefined;
    };
  }
}

interface Named {
  readonly service: string | undefined;
  readonly environment: string | undefined;
}
