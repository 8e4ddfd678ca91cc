import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { ConfirmDialog } from '../../shell/ConfirmDialog';
import { queryClient } from '../../shell/query-client';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
  readonly onClose: () => void;
}

/** Puts a tag on a version, or moves it there from another one. */
export function TagDialog({ service, layer, version, onClose }: Props) {
  const [name, setName] = useState('known-good');
  const put = useMutation({
    mutationFn: () => apiClient.documentTags.put(service, layer, name.trim(), version),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['configs', 'versions', service, layer] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={`Tag version ${version}`}
      confirmLabel="Tag it"
      isBusy={put.isPending}
      isDisabled={name.trim() === ''}
      error={put.error}
      onConfirm={() => put.mutate()}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label="Name"
        description="Lower case letters, digits and hyphens. A tag stands on one version: another one loses it."
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
