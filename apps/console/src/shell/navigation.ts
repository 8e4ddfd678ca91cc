import type { Permission } from '@binnacle/contracts';
import type { LinkProps } from '@tanstack/react-router';
import { Boxes, ClipboardCheck, KeyRound, Layers3, type LucideIcon, ScrollText, Users } from 'lucide-react';

export interface NavigationItem {
  readonly label: string;
  readonly to: NonNullable<LinkProps['to']>;
  readonly icon: LucideIcon;
  /** Left out of the navigation for people who do not hold it anywhere. */
  readonly need: Permission;
}

/** The places that the frame leads to, from what is looked at daily to what is set up once. */
export const NAVIGATION: readonly NavigationItem[] = [
  { label: 'Services', to: '/services', icon: Boxes, need: 'services:read' },
  { label: 'Approvals', to: '/approvals', icon: ClipboardCheck, need: 'config:read' },
  { label: 'Environments', to: '/environments', icon: Layers3, need: 'services:read' },
  { label: 'People', to: '/people', icon: Users, need: 'users:read' },
  { label: 'Tokens', to: '/tokens', icon: KeyRound, need: 'tokens:write' },
  { label: 'Audit', to: '/audit', icon: ScrollText, need: 'audit:read' },
];
