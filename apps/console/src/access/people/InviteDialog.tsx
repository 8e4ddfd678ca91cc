import type { Grant } from '@binnacle/contracts';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { ProblemAlert } from '../../shell/ProblemAlert';
import { GrantsEditor, VIEWER } from './GrantsEditor';
import { invitationsKey } from './queries';

interface Props {
  readonly onInvited: (token: string, email: string) => void;
  readonly onClose: () => void;
}

export function InviteDialog({ onInvited, onClose }: Props) {
  const [email, setEmail] = useState('');
  const [grants, setGrants] = useState<Grant[]>([VIEWER]);
  const queryClient = useQueryClient();
  const invite = useMutation({
    mutationFn: () => apiClient.invitations.create({ email: email.trim(), grants }),
    onSuccess: (invitation) => onInvited(invitation.token, invitation.email),
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsKey }),
  });
  return (
    <Modal opened onClose={onClose} title="Invite somebody">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <Stack gap="sm">
          <TextInput
            type="email"
            label="E-mail"
            placeholder="ann@example.org"
            required
            withAsterisk={false}
            maxLength={254}
            data-autofocus
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
          />
          <GrantsEditor grants={grants} onChange={setGrants} />
          {invite.error !== null && <ProblemAlert error={invite.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Make the invitation
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
