import type { Permission } from '@binnacle/contracts';
import type { LinkProps } from '@tanstack/react-router';

export interface ServiceTab {
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  /** Beyond `service`, which every tab has. */
  readonly params?: Readonly<Record<string, string>>;
  /** Not chosen by pages below it. */
  readonly isExact?: boolean;
  /** Left out for people who do not hold it for the service. */
  readonly need: Permission;
}

/** The pages of one service, in the order of its tabs. All of them lie below `/services/$service`. */
export const SERVICE_TABS: readonly ServiceTab[] = [
  { label: 'Environments', to: '/services/$service', isExact: true, need: 'services:read' },
  { label: 'Configuration', to: '/services/$service/documents', need: 'config:read' },
  { label: 'Compare', to: '/services/$service/compare', need: 'config:read' },
  { label: 'Schema', to: '/services/$service/schema', need: 'config:read' },
  { label: 'Secrets', to: '/services/$service/secrets', need: 'secrets:read' },
];
