import type { InstanceBody } from '@binnacle/contracts';

/** How far one revision has come among the instances that should run it. */
export interface Progress {
  readonly total: number;
  readonly applied: number;
  readonly waiting: number;
  readonly rejected: readonly { readonly id: string; readonly reason: string }[];
  /** All of them, also those that are not named. */
  readonly rejectedCount: number;
}

/** The message `instances` of the console's socket, as far as it is used here. */
interface InstancesMessage {
  readonly service: string;
  readonly environment: string;
  readonly total: number;
  readonly revisions: Readonly<Record<string, number>>;
  readonly rejected: readonly { readonly id: string; readonly revision: number; readonly reason: string }[];
  readonly rejectedCount: number;
}

/** Undefined for a message about other instances. A newer revision counts as well: it came after this one. */
export function progressOfMessage(
  message: InstancesMessage,
  {
    service,
    environment,
    revision,
  }: { readonly service: string; readonly environment: string; readonly revision: number },
): Progress | undefined {
  if (message.service !== service || message.environment !== environment) return undefined;
  const applied = Object.entries(message.revisions)
    .filter(([runs]) => Number(runs) >= revision)
    .reduce((sum, [, count]) => sum + count, 0);
  const rejected = message.rejected.filter((rejection) => rejection.revision === revision);
  const rejectedCount = rejected.length === message.rejected.length ? message.rejectedCount : rejected.length;
  return {
    total: message.total,
    applied,
    waiting: Math.max(0, message.total - applied - rejectedCount),
    rejected,
    rejectedCount,
  };
}

/** The same from a list of instances, for when nobody tells. */
export function progressOfInstances(instances: readonly InstanceBody[], revision: number): Progress {
  const present = instances.filter(({ lifecycle }) => lifecycle !== 'lost' && lifecycle !== 'stopped');
  const applied = present.filter((instance) => (instance.revision ?? 0) >= revision).length;
  const rejected = present.flatMap(({ id, rejected: rejection }) =>
    rejection?.revision === revision ? [{ id, reason: rejection.reason }] : [],
  );
  return {
    total: present.length,
    applied,
    waiting: Math.max(0, present.length - applied - rejected.length),
    rejected,
    rejectedCount: rejected.length,
  };
}
