import { Injectable } from '@nestjs/common';
import { Problem } from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import { type DocumentPlace, EnvironmentStore, ServiceStore } from '@binnacle/store';

/** Where there can be documents. */
@Injectable()
export class DocumentPlaces {
  constructor(
    private readonly services: ServiceStore,
    private readonly environments: EnvironmentStore,
  ) {}

  /** @throws Problem not_found when there is no such service or environment */
  async mustExist(workspaceId: string, { service, layer }: DocumentPlace): Promise<void> {
    if ((await this.services.find(workspaceId, service)) === undefined) throw noService(service);
    if (layer !== BASE_LAYER && !(await this.environments.exists(workspaceId, layer)))
      throw noEnvironment(layer);
  }
}

export function noService(service: string): Problem {
  return new Problem('not_found', `There is no service ${service}.`);
}

export function noEnvironment(environment: string): Problem {
  return new Problem('not_found', `There is no environment ${environment}.`);
}

/** How the audit names an entry about a document, and whose it is. */
export function auditedDocument({ service, layer }: DocumentPlace) {
  return {
    target: `document:${service}/${layer}`,
    service,
    ...(layer === BASE_LAYER ? {} : { environment: layer }),
  };
}
