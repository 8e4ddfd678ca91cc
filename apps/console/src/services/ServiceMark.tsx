import type { ServiceBody } from '@binnacle/contracts';
import { Badge } from '@mantine/core';
import classes from './ServiceMark.module.css';

/** The name beside a display name, and what is out of the ordinary. */
export function ServiceMark({ service }: { readonly service: ServiceBody }) {
  const { name, displayName, kind, archivedAt } = service;
  return (
    <>
      {displayName !== null && <span className={classes['name']}>{name}</span>}
      {kind === 'shared' && (
        <Badge className={classes['badge'] ?? ''} size="sm" variant="default">
          Shared
        </Badge>
      )}
      {archivedAt !== null && (
        <Badge className={classes['badge'] ?? ''} size="sm" variant="light" color="brass">
          Archived
        </Badge>
      )}
    </>
  );
}
