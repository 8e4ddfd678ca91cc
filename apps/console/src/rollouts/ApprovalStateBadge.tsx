import type { ApprovalBody } from '@binnacle/contracts';
import { Badge } from '@mantine/core';

const SHOWN = {
  pending: { words: 'Waiting', color: 'brass' },
  approved: { words: 'Approved', color: 'harbor' },
  rejected: { words: 'Rejected', color: 'red' },
  superseded: { words: 'Superseded', color: 'gray' },
  emergency: { words: 'Emergency', color: 'red' },
} as const satisfies Record<ApprovalBody['state'], object>;

export function ApprovalStateBadge({ state }: { readonly state: ApprovalBody['state'] }) {
  const { words, color } = SHOWN[state];
  return (
    <Badge variant="outline" color={color} size="sm" radius="sm" tt="none">
      {words}
    </Badge>
  );
}
