import { Injectable } from '@nestjs/common';
import {
  type ChangeService,
  grantedEnvironments,
  grantedServices,
  grantsAllow,
  type ListServicesQuery,
  Problem,
  type RegisterService,
  type ServiceBody,
} from '@binnacle/contracts';
import { auditDiff, BASE_LAYER, findIncludeProblem, type JsonObject } from '@binnacle/domain';
import {
  type Actor,
  ConfigTreeStore,
  isUniqueViolation,
  type Mutation,
  type Page,
  type ServiceRecord,
  ServiceStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Mutations } from '../changes/mutations.js';
import { ReleaseService } from '../configs/release.service.js';
import { toServiceView } from './service.view.js';

/** Registers services and keeps what is known of them. */
@Injectable()
export class ServicesService {
  constructor(
    private readonly mutations: Mutations,
    private readonly services: ServiceStore,
    private readonly trees: ConfigTreeStore,
    private readonly releases: ReleaseService,
  ) {}

  /** Those that the sender may read. */
  async list({ workspaceId, grants }: Principal, query: ListServicesQuery): Promise<Page<ServiceBody>> {
    const labels = [query.label ?? []].flat().map((filter) => {
      const at = filter.indexOf('=');
      return { key: filter.slice(0, at), value: filter.slice(at + 1) };
    });
    const { search, archived, kind, owner, includes } = query;
    const among = grantedServices(grants, 'services:read');
    const filter = { among, search, archived, labels, kind, owner, includes };
    const { items, nextCursor } = await this.services.list(workspaceId, filter, query);
    return { items: items.map(toServiceView), nextCursor };
  }

  async read(workspaceId: string, name: string): Promise<ServiceBody> {
    return toServiceView(found(name, await this.services.find(workspaceId, name)));
  }

  async register(actor: Actor, sender: Principal, body: RegisterService): Promise<ServiceBody> {
    const { includes, displayName = null, description = null, owner = null, ...rest } = body;
    if (includes.length > 0) mustMayInclude(sender, body.name, includes);
    try {
      return await this.mutations.run(actor, async (mutation) => {
        if (includes.length > 0) await this.trees.lockToInclude(mutation, body.name, includes);
        await this.services.insert(mutation, { ...rest, displayName, description, owner });
        if (includes.length > 0) await this.include(mutation, sender, body.name, includes, []);
        mutation.audit({
          action: 'service.register',
          target: `service:${body.name}`,
          service: body.name,
          detail: { ...body },
        });
        announce(mutation, body.name);
        return toServiceView(found(body.name, await this.services.findIn(mutation, body.name)));
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Problem(
        'already_exists',
        `A service named ${body.name} exists already; names are not reused.`,
        [{ pointer: '/name', message: 'is taken' }],
      );
    }
  }

  async change(actor: Actor, sender: Principal, name: string, body: ChangeService): Promise<ServiceBody> {
    const { includes, ...fields } = body;
    return this.mutations.run(actor, async (mutation) => {
      if (includes !== undefined) await this.trees.lockToInclude(mutation, name, includes);
      const before = found(name, await this.services.findLocked(mutation, name));
      const added = includes?.filter((other) => !before.includes.includes(other));
      if (added !== undefined) mustMayInclude(sender, name, added);
      await this.services.update(mutation, name, dropUndefined(fields));
      if (includes !== undefined) await this.include(mutation, sender, name, includes, before.includes);
      const after = found(name, await this.services.findIn(mutation, name));
      mutation.audit({
        action: 'service.change',
        target: `service:${name}`,
        service: name,
        detail: changeOf(body, before, after),
      });
      announce(mutation, name);
      return toServiceView(after);
    });
  }

  /** Nothing is deleted: the name stays taken, and history can still be read. */
  async archive(actor: Actor, name: string): Promise<void> {
    await this.mutations.run(actor, async (mutation) => {
      await this.trees.lock(mutation, name);
      const service = found(name, await this.services.findIn(mutation, name));
      if (service.archivedAt !== null) return;
      const users = await this.services.includedBy(mutation, name, 5);
      if (users.length > 0) throw new Problem('in_use', `Still included by ${users.join(', ')}.`);
      await this.services.update(mutation, name, { archivedAt: new Date() });
      mutation.audit({ action: 'service.archive', target: `service:${name}`, service: name });
      announce(mutation, name);
    });
  }

  private async include(
    mutation: Mutation,
    { grants }: Principal,
    name: string,
    includes: readonly string[],
    includedBefore: readonly string[],
  ): Promise<void> {
    // The database holds no such row, not even until the tree is looked at.
    if (includes.includes(name)) throw includeCycle([name, name]);
    await this.mustBeShared(mutation, includes);
    await this.services.replaceIncludes(mutation, name, includes);
    const tree = await this.trees.lock(mutation, name);
    if (tree === undefined) throw new Problem('not_found', `There is no service ${name}.`);
    // One of them may have been archived while the locks were waited for.
    await this.mustBeShared(mutation, includes);
    const includesOf = new Map([...tree.sources].map(([service, source]) => [service, source.includes]));
    for (const { name: affected } of tree.affected) {
      const path = findIncludeProblem(includesOf, affected);
      if (path !== undefined) throw includeCycle(path);
    }
    const documents = tree.sources.get(name)?.documents ?? new Map<string, never>();
    const sources = new Map(tree.sources).set(name, { includes: includedBefore, documents });
    const before = { sources, documents: tree.documents };
    const places = [{ service: name, layer: BASE_LAYER }];
    const request = { places, grants, target: `service:${name}`, before };
    await this.releases.release(mutation, tree, 'includes changed', '/includes', request);
  }

  private async mustBeShared(mutation: Mutation, includes: readonly string[]): Promise<void> {
    const refused = await this.services.notShared(mutation, includes);
    if (refused.length === 0) return;
    throw new Problem(
      'invalid_request',
      `Only services of kind "shared" can be included; these are not, or do not exist: ${refused.join(', ')}.`,
      refused.map((other) => ({
        pointer: `/includes/${includes.indexOf(other)}`,
        message: 'is not a shared service',
      })),
    );
  }
}

function announce(mutation: Mutation, service: string): void {
  mutation.announce({ kind: 'service', workspaceId: mutation.actor.workspaceId, service });
}

/** Including a service changes configs, as publishing does, and shows what the included one holds. */
function mustMayInclude(sender: Principal, service: string, added: readonly string[]): void {
  const everywhere = { service, environment: undefined };
  if (!grantsAllow(sender.grants, 'config:publish', everywhere))
    throw new Problem('forbidden', 'Changing includes changes configs: that needs a token that may publish.');
  const hidden = added.filter((other) => grantedEnvironments(sender.grants, 'config:read', other) !== 'all');
  if (hidden.length > 0)
    throw new Problem(
      'forbidden',
      `Including shows all that a service holds: that needs config:read in every environment of ${hidden.join(', ')}.`,
    );
}

function found(name: string, service: ServiceRecord | undefined): ServiceRecord {
  if (service === undefined) throw new Problem('not_found', `There is no service ${name}.`);
  return service;
}

/** What was there of the fields that were sent, and how it differs from what is there now. */
function changeOf(body: ChangeService, before: ServiceRecord, after: ServiceRecord): Record<string, unknown> {
  const sent = Object.keys(dropUndefined(body)) as (keyof ChangeService)[];
  const fieldsOf = (record: ServiceRecord): JsonObject =>
    Object.fromEntries(sent.map((field) => [field, record[field]]));
  return { before: fieldsOf(before), diff: auditDiff(fieldsOf(before), fieldsOf(after)) };
}

function dropUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };
}

function includeCycle(path: readonly string[]): Problem {
  return new Problem('include_cycle', `These includes go in a circle or too deep: ${path.join(' → ')}.`);
}
