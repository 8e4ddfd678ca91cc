import type { Grant } from '@binnacle/contracts';
import { Button, Fieldset, Group, Stack } from '@mantine/core';
import { Plus } from 'lucide-react';
import { GrantFields } from '../GrantFields';

interface Props {
  readonly grants: readonly Grant[];
  readonly onChange: (grants: Grant[]) => void;
}

const MAX_GRANTS = 20;
const ROLES = ['viewer', 'editor', 'publisher', 'admin'] as const;
export const VIEWER: Grant = { role: 'viewer', services: [], environments: [], permissions: [] };

/** What a person may do: a role, or several, each for a part of the workspace. */
export function GrantsEditor({ grants, onChange }: Props) {
  const replace = (index: number, ...by: Grant[]) => onChange(grants.toSpliced(index, 1, ...by));
  return (
    <Stack gap="sm">
      {grants.map((grant, index) => (
        <Fieldset key={index} legend={grants.length > 1 ? `Role ${index + 1}` : 'May'}>
          <Stack gap="xs">
            <GrantFields grant={grant} roles={ROLES} onChange={(next) => replace(index, next)} />
            {grants.length > 1 && (
              <Group justify="flex-end">
                <Button variant="subtle" color="red" size="compact-xs" onClick={() => replace(index)}>
                  Take away
                </Button>
              </Group>
            )}
          </Stack>
        </Fieldset>
      ))}
      {grants.length < MAX_GRANTS && (
        <Group>
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<Plus size={12} aria-hidden />}
            onClick={() => onChange([...grants, VIEWER])}
          >
            Another role elsewhere
          </Button>
        </Group>
      )}
    </Stack>
  );
}
