import { BASE_LAYER } from '@binnacle/domain';
import { z } from 'zod';
import type { Touched } from '../access/grants-allow.js';
import type { Permission } from '../access/permission.js';
import { NAME_PATTERN } from '../names.js';

/** What the console can watch, of the workspace that its session or token works in. */
export type ConsoleTopic =
  /** A service was registered, changed or archived, or environments changed. */
  | { readonly kind: 'services' }
  /** The service itself, its schema, its documents, or a revision of it in any environment. */
  | { readonly kind: 'service'; readonly service: string }
  /** Versions, the draft and the tags of a document, and who edits it (`editors`). */
  | { readonly kind: 'document'; readonly service: string; readonly layer: string }
  /** Which instances run what (`instances`); and revisions, breakers and protection there. */
  | { readonly kind: 'instances'; readonly service: string; readonly environment: string }
  /** Approvals that were asked for, given, refused or superseded. */
  | { readonly kind: 'approvals' }
  /** Any draft of the workspace. */
  | { readonly kind: 'drafts' }
  /** Revisions and breakers of all services in an environment. */
  | { readonly kind: 'overview'; readonly environment: string };

/** A topic as it is sent: `services`, `service:orders`, `document:orders/base`, `instances:orders/prod`, `overview:prod`. */
export function formatTopic(topic: ConsoleTopic): string {
  switch (topic.kind) {
    case 'services':
    case 'approvals':
    case 'drafts':
      return topic.kind;
    case 'service':
      return `service:${topic.service}`;
    case 'document':
      return `document:${topic.service}/${topic.layer}`;
    case 'instances':
      return `instances:${topic.service}/${topic.environment}`;
    case 'overview':
      return `overview:${topic.environment}`;
  }
}

/** Undefined for what is no topic. */
export function parseTopic(text: string): ConsoleTopic | undefined {
  const [kind, names, ...rest] = text.split(':');
  const [first = '', second, ...more] = names?.split('/') ?? [];
  if (rest.length > 0 || more.length > 0) return undefined;
  if (names === undefined)
    return kind === 'services' || kind === 'approvals' || kind === 'drafts' ? { kind } : undefined;
  if (!NAME_PATTERN.test(first)) return undefined;
  if (second === undefined) {
    if (kind === 'service') return { kind, service: first };
    return kind === 'overview' ? { kind, environment: first } : undefined;
  }
  if (!NAME_PATTERN.test(second)) return undefined;
  if (kind === 'document') return { kind, service: first, layer: second };
  return kind === 'instances' ? { kind, service: first, environment: second } : undefined;
}

/** What watching a topic needs. */
export const TOPIC_NEEDS = {
  services: 'services:read',
  service: 'services:read',
  document: 'config:read',
  instances: 'health:read',
  approvals: 'config:read',
  drafts: 'config:read',
  overview: 'health:read',
} as const satisfies Record<ConsoleTopic['kind'], Permission>;

/** What of the workspace a topic is about, as grants are asked. */
export function touchedByTopic(topic: ConsoleTopic): Touched {
  switch (topic.kind) {
    case 'services':
    case 'approvals':
    case 'drafts':
      return { service: undefined, environment: undefined };
    case 'service':
      return { service: topic.service, environment: undefined };
    case 'document':
      return touchedByDocument(topic);
    case 'instances':
      return { service: topic.service, environment: topic.environment };
    case 'overview':
      return { service: undefined, environment: topic.environment };
  }
}

/** The base of a service belongs to no environment; any other layer is named after its own. */
export function touchedByDocument({ service, layer }: { service: string; layer: string }): Touched {
  return { service, environment: layer === BASE_LAYER ? undefined : layer };
}

export const consoleTopicSchema = z
  .string()
  .max(140)
  .refine((text) => parseTopic(text) !== undefined, { error: 'is no topic that can be watched' });
