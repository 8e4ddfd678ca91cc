import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { DocumentBody, DraftBody } from '@binnacle/contracts';
import { useMutation } from '@tanstack/react-query';
import { FilePen } from 'lucide-react';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { ConfirmDialog } from '../../shell/ConfirmDialog';
import { notifyDone } from '../../shell/notify';
import { RelativeTime } from '../../shell/RelativeTime';
import { useSession } from '../../shell/session';
import { LazyDiff } from '../review/LazyDiff';
import { actorName } from '../actor-name';
import { draftOwner } from './draft-owner';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly draft: DraftBody;
  readonly live: DocumentBody | undefined;
  readonly mayEdit: boolean;
  /** Who else changes the document now. */
  readonly others: readonly string[];
  readonly onContinue: () => void;
  readonly onDiscarded: () => void;
}

/** There is a draft, and what is live is shown: whose it is, what it was made on, and what can become of it. */
export function DraftBanner({
  service,
  layer,
  draft,
  live,
  mayEdit,
  others,
  onContinue,
  onDiscarded,
}: Props) {
  const [isCompared, setIsCompared] = useState(false);
  const owner = draftOwner(draft, useSession().name, others);
  const liveVersion = live?.version ?? 0;
  const isOutdated = draft.baseVersion !== liveVersion;
  return (
    <Alert variant="light" color={isOutdated ? 'brass' : 'harbor'} p="sm" icon={<FilePen size={16} />}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm">
            <b>{owner.title}</b>
            {owner.before}
            <RelativeTime at={draft.updatedAt} />, based on {versionName(draft.baseVersion)}
            {isOutdated && `, and live is ${versionName(liveVersion)}`}. You see what is live.
          </Text>
          <Group gap="xs">
            {mayEdit && <Button onClick={onContinue}>Continue the draft</Button>}
            <Button variant="default" aria-expanded={isCompared} onClick={() => setIsCompared(!isCompared)}>
              {isCompared ? 'Hide the difference' : 'Compare'}
            </Button>
            {mayEdit && (
              <DiscardButton
                service={service}
                layer={layer}
                etag={draft.etag}
                others={others}
                onDiscarded={onDiscarded}
              />
            )}
          </Group>
        </Group>
        {isCompared && (
          <LazyDiff
            label="Live against the draft"
            before={live ?? { source: '', format: draft.format }}
            after={draft}
          />
        )}
      </Stack>
    </Alert>
  );
}

function versionName(version: number): string {
  return version === 0 ? 'nothing published' : `v${version}`;
}

interface DiscardProps {
  readonly service: string;
  readonly layer: string;
  readonly etag: string;
  readonly others: readonly string[];
  readonly onDiscarded: () => void;
}

/** Asks, then discards. The server keeps discarded drafts, so that somebody can look one up. */
export function DiscardButton({ service, layer, etag, others, onDiscarded }: DiscardProps) {
  const [isAsked, setIsAsked] = useState(false);
  const discard = useMutation({
    mutationFn: () => apiClient.drafts.discard(service, layer, etag),
    onSuccess: () => {
      notifyDone('The draft is discarded.');
      setIsAsked(false);
      onDiscarded();
    },
  });
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setIsAsked(true)}>
        Discard
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        title="Discard this draft?"
        confirmLabel="Discard the draft"
        isDangerous
        isBusy={discard.isPending}
        error={discard.error}
        onConfirm={() => discard.mutate()}
        onClose={() => setIsAsked(false)}
      >
        What is live stays as it is. The draft ends for everybody.
        {others.length > 0 &&
          ` ${others.map(actorName).join(', ')} ${others.length === 1 ? 'is' : 'are'} working on it now.`}
      </ConfirmDialog>
    </>
  );
}
