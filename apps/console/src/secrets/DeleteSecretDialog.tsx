import type { SecretBody } from '@binnacle/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { notifyDone } from '../shell/notify';

interface Props {
  readonly service: string;
  readonly environment: string;
  readonly secret: SecretBody;
  readonly onClose: () => void;
}

export function DeleteSecretDialog({ service, environment, secret: { name }, onClose }: Props) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => apiClient.secrets.delete(service, environment, name),
    onSuccess: () => {
      notifyDone(`${name} is gone from ${environment}.`);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['secrets', service, environment] }),
  });
  return (
    <ConfirmDialog
      isOpen
      title={`Delete ${name} in ${environment}?`}
      confirmLabel={`Delete ${name}`}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      It is refused while a configuration refers to it.
    </ConfirmDialog>
  );
}
