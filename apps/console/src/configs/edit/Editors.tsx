import { Avatar, Tooltip } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { tellEditing, useLiveEvent } from '../../shell/live';
import { useSession } from '../../shell/session';
import { actorName } from '../actor-name';
import { editorsIn, type SeenEditor } from './seen-editors';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly isEditing: boolean;
}

const MAX_SHOWN = 4;

/** Who else changes this document now. */
export function Editors({ service, layer, isEditing }: Props) {
  const { name: ownName } = useSession();
  const [editors, setEditors] = useState<readonly SeenEditor[]>([]);
  useLiveEvent(
    'editors',
    useCallback(
      (message: unknown) => {
        const seen = editorsIn(message, service, layer);
        if (seen !== undefined) setEditors(seen);
      },
      [service, layer],
    ),
  );
  useEffect(() => {
    if (!isEditing) return;
    void tellEditing(service, layer, true);
    return () => void tellEditing(service, layer, false);
  }, [service, layer, isEditing]);
  const others = editors.filter(({ name }) => name !== ownName);
  if (others.length === 0) return null;
  const names = others.map(({ name }) => actorName(name)).join(', ');
  return (
    <Tooltip label={`${names} ${others.length === 1 ? 'is' : 'are'} editing too`}>
      <Avatar.Group role="status" aria-label={`Also editing: ${names}`}>
        {others.slice(0, MAX_SHOWN).map(({ name }) => (
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
