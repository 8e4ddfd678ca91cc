import { Inject, Injectable } from '@nestjs/common';
import {
  grantedServices,
  type InstanceBody,
  type OverviewBody,
  type PageQuery,
  Problem,
  type ServiceHealthBody,
  type StatusTransitionBody,
} from '@binnacle/contracts';
import {
  EnvironmentStore,
  HealthStore,
  InvalidCursor,
  type Page,
  type Pair,
  ServiceStore,
  StatusTransitionStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { toInstanceView, toServiceHealthView, toTransitionView } from './health.view.js';
import { OPEN_BREAKERS, type OpenBreakers } from './open-breakers.js';

/** Reads the health of services and instances. */
@Injectable()
export class HealthService {
  constructor(
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
    private readonly health: HealthStore,
    private readonly history: StatusTransitionStore,
    @Inject(OPEN_BREAKERS) private readonly breakers: OpenBreakers,
  ) {}

  async instances(pair: Pair, page: PageQuery): Promise<Page<InstanceBody>> {
    await this.checkExists(pair);
    const { items, nextCursor } = await fromRedis(this.health.instances(pair, page));
    return { items: items.map(toInstanceView), nextCursor };
  }

  async serviceHealth(pair: Pair): Promise<ServiceHealthBody> {
    await this.checkExists(pair);
    return toServiceHealthView(await fromRedis(this.health.serviceHealth(pair)));
  }

  async transitions(pair: Pair, page: PageQuery): Promise<Page<StatusTransitionBody>> {
    await this.checkExists(pair);
    const { items, nextCursor } = await this.history.list(pair, page);
    return { items: items.map(toTransitionView), nextCursor };
  }

  /**
   * Every service that can run and that the sender may see there, by name. Its cost is that of so many services, however
   * many instances they have.
   */
  async overview(
    { workspaceId, grants }: Principal,
    environment: string,
    page: PageQuery,
  ): Promise<OverviewBody> {
    await this.checkEnvironment(workspaceId, environment);
    const found = await this.services.listRunning(
      workspaceId,
      page,
      grantedServices(grants, 'health:read', environment),
    );
    const names = found.items;
    const [health, open] = await Promise.all([
      fromRedis(this.health.summaries(workspaceId, environment, names)),
      this.breakers.countOpen(workspaceId, environment, names),
    ]);
    const services = health.map((summary, index) => {
      const name = names[index] ?? '';
      const { revisions } = summary;
      return {
        name,
        ...toServiceHealthView(summary),
        revisions: { ...revisions },
        openBreakers: open.get(name) ?? 0,
      };
    });
    return { services, nextCursor: found.nextCursor };
  }

  private async checkExists({ workspaceId, service, environment }: Pair): Promise<void> {
    const [found] = await Promise.all([
      this.services.find(workspaceId, service),
      this.checkEnvironment(workspaceId, environment),
    ]);
    if (found === undefined) throw new Problem('not_found', `There is no service ${service}.`);
  }

  private async checkEnvironment(workspaceId: string, environment: string): Promise<void> {
    if (await this.environments.exists(workspaceId, environment)) return;
    throw new Problem('not_found', `There is no environment ${environment}.`);
  }
}

/** Health is known to Redis alone: without it there is no answer, rather than a wrong one. */
async function fromRedis<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof InvalidCursor) throw error;
    const problem = new Problem(
      'storage_unavailable',
      'Health is kept in Redis, which did not answer. Try again in a moment.',
    );
    problem.cause = error;
    throw problem;
  }
}
