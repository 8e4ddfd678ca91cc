import type { EnvironmentBody } from '@binnacle/contracts';
import { Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../shell/api-client';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { notifyDone } from '../shell/notify';
import { environmentsQuery } from './queries';

const MAX_REASON_LENGTH = 1_000;

interface Props {
  readonly environment: EnvironmentBody;
  readonly onClose: () => void;
}

/** Protects an environment, or takes that away: with a reason, which stands in the audit. */
export function ProtectDialog({ environment, onClose }: Props) {
  const { name, protected: isProtected } = environment;
  const [reason, setReason] = useState('');
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () => apiClient.environments.change(name, { protected: !isProtected, reason: reason.trim() }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: environmentsQuery.queryKey });
      notifyDone(isProtected ? `${name} is not protected any more.` : `${name} is protected.`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={isProtected ? `Unprotect ${name}?` : `Protect ${name}?`}
      confirmLabel={isProtected ? `Unprotect ${name}` : `Protect ${name}`}
      isDangerous={isProtected}
      isBusy={change.isPending}
      isDisabled={reason.trim() === ''}
      error={change.error}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    >
      {isProtected
        ? 'From then on a publish reaches its agents at once, without a second person.'
        : 'From then on a publish reaches its agents only when a second person has approved it.'}
      <Textarea
        mt="sm"
        label="Reason"
        description="Stands in the audit"
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        maxLength={MAX_REASON_LENGTH}
        autosize
        minRows={2}
        data-autofocus
      />
    </ConfirmDialog>
  );
}
