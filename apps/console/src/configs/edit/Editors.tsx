import { Avatar, Tooltip } from '@mantine/core';
import { useEffect } from 'react';
import { tellEditing } from '../../shell/live';
import { actorName } from '../actor-name';

interface Props {
  readonly service: string;
  readonly layer: string;
  /** As they stand in the audit. */
  readonly others: readonly string[];
  readonly isEditing: boolean;
}

const MAX_SHOWN = 4;

/** Who else changes this document now. */
export function Editors({ service, layer, others, isEditing }: Props) {
  useEffect(() => {
    if (!isEditing) return;
    void tellEditing(service, layer, true);
    return () => void tellEditing(service, layer, false);
  }, [service, layer, isEditing]);
  if (others.length === 0) return null;
  const names = others.map(actorName).join(', ');
  return (
    <Tooltip label={`${names} ${others.length === 1 ? 'is' : 'are'} editing too`}>
      <Avatar.Group role="status" aria-label={`Also editing: ${names}`}>
        {others.slice(0, MAX_SHOWN).map((name) => (
          <Avatar key={name} size={24} radius="xl" name={actorName(name)} color="initials" />
        ))}
        {others.length > MAX_SHOWN && (
          <Avatar size={24} radius="xl">
            +{others.length - MAX_SHOWN}
          </Avatar>
        )}
      </Avatar.Group>
    </Tooltip>
  );
}
