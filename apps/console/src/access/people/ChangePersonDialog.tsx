import type { Grant, UserBody } from '@binnacle/contracts';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { notifyDone } from '../../shell/notify';
import { ProblemAlert } from '../../shell/ProblemAlert';
import { GrantsEditor } from './GrantsEditor';
import { peopleKey } from './queries';

interface Props {
  readonly person: UserBody;
  readonly onClose: () => void;
}

export function ChangePersonDialog({ person, onClose }: Props) {
  const [grants, setGrants] = useState<Grant[]>(person.grants);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () => apiClient.users.change(person.id, { grants }),
    onSuccess: () => {
      notifyDone(`What ${person.name} may do was changed.`);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: peopleKey }),
  });
  return (
    <Modal opened onClose={onClose} title={`What ${person.name} may do`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Stack gap="sm">
          <GrantsEditor grants={grants} onChange={setGrants} />
          {change.error !== null && <ProblemAlert error={change.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
