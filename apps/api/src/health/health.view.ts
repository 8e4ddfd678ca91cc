import type { InstanceBody, ServiceHealthBody, StatusTransitionBody } from '@binnacle/contracts';
import type { InstanceRecord, ServiceHealth, StatusTransition } from '@binnacle/store';

export function toInstanceView(instance: InstanceRecord): InstanceBody {
  const { id, host, version, zone = null, lifecycle, status, lastSeenAt, have, rejected, checks } = instance;
  return {
    id,
    host,
    version,
    zone,
    lifecycle,
    status,
    lastSeenAt: lastSeenAt.toISOString(),
    revision: have?.revision ?? null,
    ...(rejected === null ? {} : { rejected }),
    // the wire schema let in nothing but flat details
    checks: checks as InstanceBody['checks'],
  };
}

export function toServiceHealthView({ status, since, counts }: ServiceHealth): ServiceHealthBody {
  return { status, since: since?.toISOString() ?? null, instances: counts };
}

export function toTransitionView({ at, ...transition }: StatusTransition): StatusTransitionBody {
  return { ...transition, at: at.toISOString() };
}
