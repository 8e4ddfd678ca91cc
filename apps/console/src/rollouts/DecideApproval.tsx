import type { ApprovalWithChangesBody } from '@binnacle/contracts';
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiClient } from '../shell/api-client';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { notifyDone } from '../shell/notify';
import { useMay, useSession } from '../shell/session';

type Choice = 'approve' | 'reject' | 'emergency';

interface Words {
  readonly button: string;
  readonly title: string;
  readonly label: string;
  readonly explains: string;
  readonly isReasonNeeded: boolean;
  readonly done: string;
}

const WORDS: Record<Choice, Words> = {
  approve: {
    button: 'Approve and release',
    title: 'Release this revision?',
    label: 'Comment',
    explains: 'Every instance in this environment gets it at once.',
    isReasonNeeded: false,
    done: 'Released.',
  },
  reject: {
    button: 'Reject',
    title: 'Reject this revision?',
    label: 'Reason',
    explains: 'It is never released. The documents keep what was published until somebody publishes again.',
    isReasonNeeded: true,
    done: 'Rejected.',
  },
  emergency: {
    button: 'Release without approval',
    title: 'Release without a second person?',
    label: 'Reason',
    explains: 'For emergencies. The reason stands out in the audit.',
    isReasonNeeded: true,
    done: 'Released without approval.',
  },
};
const MAX_REASON_LENGTH = 1000;

/** What somebody who may publish there can do about a revision that waits. */
export function DecideApproval({ approval }: { readonly approval: ApprovalWithChangesBody }) {
  const { service, environment, authors } = approval;
  const may = useMay();
  const { user } = useSession();
  const [choice, setChoice] = useState<Choice>();
  if (!may('config:publish', { service, environment }))
    return (
      <Text size="sm" c="dimmed">
        It takes somebody who may publish {service} in {environment} to release this.
      </Text>
    );
  const isOwn = user !== null && authors.includes(`user:${user.email}`);
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Button disabled={isOwn} onClick={() => setChoice('approve')}>
          Approve and release…
        </Button>
        <Button variant="default" onClick={() => setChoice('reject')}>
          {isOwn ? 'Withdraw…' : 'Reject…'}
        </Button>
        {may('config:emergency', { service, environment }) && (
          <Button variant="subtle" color="red" onClick={() => setChoice('emergency')}>
            Emergency…
          </Button>
        )}
      </Group>
      {isOwn && (
        <Text size="xs" c="dimmed">
          You wrote a part of this: another person has to approve it.
        </Text>
      )}
      {choice !== undefined && (
        <DecideDialog approval={approval} choice={choice} onClose={() => setChoice(undefined)} />
      )}
    </Stack>
  );
}

interface DialogProps {
  readonly approval: ApprovalWithChangesBody;
  readonly choice: Choice;
  readonly onClose: () => void;
}

function DecideDialog({ approval: { id, service, environment }, choice, onClose }: DialogProps) {
  const [reason, setReason] = useState('');
  const queryClient = useQueryClient();
  const words = WORDS[choice];
  const text = reason.trim();
  const decide = useMutation({
    mutationFn: (): Promise<unknown> => {
      switch (choice) {
        case 'approve':
          return apiClient.approvals.approve(id, text === '' ? {} : { comment: text });
        case 'reject':
          return apiClient.approvals.reject(id, text);
        case 'emergency':
          return apiClient.approvals.emergency(id, text);
      }
    },
    onSuccess: () => {
      notifyDone(words.done);
      onClose();
    },
    // Also when it was refused: somebody else may have decided.
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['rollouts'] }),
        queryClient.invalidateQueries({ queryKey: ['services'] }),
      ]),
  });
  return (
    <ConfirmDialog
      isOpen
      title={words.title}
      confirmLabel={words.button}
      isDangerous={choice !== 'approve'}
      isBusy={decide.isPending}
      isDisabled={words.isReasonNeeded && text === ''}
      error={decide.error}
      onConfirm={() => decide.mutate()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">
          <b>
            {service} in {environment}.
          </b>{' '}
          {words.explains}
        </Text>
        <Textarea
          label={words.label}
          required={words.isReasonNeeded}
          maxLength={MAX_REASON_LENGTH}
          autosize
          minRows={2}
          data-autofocus
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  );
}
