import type { TokenBody } from '@binnacle/contracts';
import { Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { ConfirmDialog } from '../../shell/ConfirmDialog';
import { notifyDone } from '../../shell/notify';
import { tokensKey } from './queries';

export type TokenEnd = 'rotate' | 'revoke';

interface Props {
  readonly token: TokenBody;
  readonly end: TokenEnd;
  /** With the token that takes its place. */
  readonly onRotated: (secret: string) => void;
  readonly onClose: () => void;
}

const OVERLAPS = [
  { value: '0', label: 'Nobody may use it any more' },
  { value: '3600', label: 'One more hour' },
  { value: '86400', label: 'One more day' },
  { value: '604800', label: 'One more week' },
];

export function EndTokenDialog({ token, end, onRotated, onClose }: Props) {
  const [overlap, setOverlap] = useState('3600');
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: async (): Promise<string | undefined> => {
      if (end === 'rotate')
        return (await apiClient.tokens.rotate(token.id, { overlapSeconds: Number(overlap) })).token;
      await apiClient.tokens.revoke(token.id);
      return undefined;
    },
    onSuccess: (secret) => {
      if (secret !== undefined) return onRotated(secret);
      notifyDone(`${token.name} is revoked.`);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensKey }),
  });
  const isRotation = end === 'rotate';
  return (
    <ConfirmDialog
      isOpen
      title={isRotation ? `Rotate ${token.name}?` : `Revoke ${token.name}?`}
      confirmLabel={isRotation ? 'Rotate' : 'Revoke'}
      isDangerous={!isRotation}
      isBusy={mutation.isPending}
      error={mutation.error}
      onConfirm={() => mutation.mutate()}
      onClose={onClose}
    >
      {isRotation ? (
        <Stack gap="sm">
          <Text size="sm">A new token takes its place, with the same rights. It is shown once.</Text>
          <Select
            label="The old one"
            allowDeselect={false}
            value={overlap}
            data={OVERLAPS}
            onChange={(value) => setOverlap(value ?? overlap)}
          />
        </Stack>
      ) : (
        <>Whoever uses it is refused at once, and its open connections are closed within seconds.</>
      )}
    </ConfirmDialog>
  );
}
