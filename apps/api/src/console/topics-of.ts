import type { ConsoleTopic } from '@binnacle/contracts';
import type { Notice } from '@binnacle/store';

/** The topics that a change is news for. */
export function topicsOf(change: Notice): ConsoleTopic[] {
  switch (change.kind) {
    case 'revision': {
      const { service, environment } = change;
      return [
        { kind: 'service', service },
        { kind: 'instances', service, environment },
        { kind: 'overview', environment },
      ];
    }
    case 'breaker': {
      const { service, environment } = change;
      return [
        { kind: 'instances', service, environment },
        { kind: 'overview', environment },
      ];
    }
    case 'document':
      return ofDocument(change);
    case 'draft':
      return [...ofDocument(change), { kind: 'drafts' }];
    case 'approval': {
      const { service, environment } = change;
      return [
        { kind: 'approvals' },
        { kind: 'service', service },
        { kind: 'instances', service, environment },
      ];
    }
    case 'service':
      return [{ kind: 'services' }, { kind: 'service', service: change.service }];
    case 'environment':
      return [{ kind: 'services' }, { kind: 'overview', environment: change.environment }];
    // Who edits is told by name, and credentials concern connections.
    case 'editors':
    case 'token':
    case 'access':
      return [];
  }
}

function ofDocument({ service, layer }: { service: string; layer: string }): ConsoleTopic[] {
  return [
    { kind: 'document', service, layer },
    { kind: 'service', service },
  ];
}
