import { grantsInclude } from '@binnacle/contracts';
import type { ContentScope } from '@binnacle/store';
import type { Principal } from '../access/principal.js';

/** The parts of the workspace in which somebody may read services, and those in which he may read configs. */
export function contentScopeOf({ grants }: Pick<Principal, 'grants'>): ContentScope {
  return {
    services: grants.filter((grant) => grantsInclude([grant], 'services:read')),
    configs: grants.filter((grant) => grantsInclude([grant], 'config:read')),
  };
}
