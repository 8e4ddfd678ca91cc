import { Button, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import type { PublishedBody } from '@binnacle/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { PageState } from '../../shell/PageState';
import { ProblemAlert } from '../../shell/ProblemAlert';
import { queryClient } from '../../shell/query-client';
import { DOCUMENT_TIMEOUT_MS, versionQuery } from '../queries';
import { EffectTable } from '../review/EffectTable';
import { EmergencyField } from '../review/EmergencyField';
import { FindingList } from '../review/FindingList';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
  readonly liveVersion: number;
  readonly onRestored: (published: PublishedBody) => void;
  readonly onCancel: () => void;
}

/** The last word before an old version is published again: what it will change, and why. */
export function RestorePanel({ service, layer, version, liveVersion, onRestored, onCancel }: Props) {
  const [message, setMessage] = useState(`Restore version ${version}`);
  const [emergencyReason, setEmergencyReason] = useState<string>();
  const old = useQuery(versionQuery(service, layer, version));
  const preview = useQuery({
    queryKey: ['configs', 'preview', service, layer, 'version', version, liveVersion],
    queryFn: ({ signal }) =>
      apiClient.documents.preview(
        service,
        layer,
        { content: old.data?.source ?? '', format: old.data?.format ?? 'json' },
        { signal, timeoutMs: DOCUMENT_TIMEOUT_MS },
      ),
    enabled: old.data !== undefined,
    gcTime: 0,
  });
  const restore = useMutation({
    mutationFn: () =>
      apiClient.documents.rollback(
        service,
        layer,
        {
          to: version,
          message: message.trim(),
          ...(emergencyReason === undefined || emergencyReason.trim() === '' ? {} : { emergencyReason }),
        },
        { basedOn: liveVersion, timeoutMs: DOCUMENT_TIMEOUT_MS, idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: (published) => {
      onRestored(published);
      void queryClient.invalidateQueries({ queryKey: ['configs'] });
    },
  });
  return (
    <Paper withBorder p="md" component="section" aria-label="Restore">
      <Stack gap="sm">
        <Group gap="xs">
          <RotateCcw size={17} aria-hidden />
          <Title order={2}>
            Restore version {version} as version {liveVersion + 1}
          </Title>
        </Group>
        <Text size="sm" c="dimmed">
          Nothing is deleted: the old content is published again, as a new version.
        </Text>
        <PageState query={preview}>
          {(data) => (
            <Stack gap="sm">
              {data.errors.length > 0 && <FindingList findings={data.errors} />}
              <EffectTable preview={data} />
              {data.changes.some(({ state }) => state === 'awaiting_approval') && (
                <EmergencyField
                  service={service}
                  environments={data.changes
                    .filter(({ state }) => state === 'awaiting_approval')
                    .map(({ environment }) => environment)}
                  reason={emergencyReason}
                  onReason={setEmergencyReason}
                />
              )}
            </Stack>
          )}
        </PageState>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            restore.mutate();
          }}
        >
          <Stack gap="sm">
            <Textarea
              label="Why?"
              autosize
              minRows={1}
              maxLength={1000}
              value={message}
              onChange={({ currentTarget }) => setMessage(currentTarget.value)}
            />
            {restore.error !== null && <ProblemAlert error={restore.error} />}
            <Group gap="xs">
              <Button type="submit" loading={restore.isPending} disabled={preview.data?.valid !== true}>
                Restore version {version}
              </Button>
              <Button variant="default" onClick={onCancel}>
                Cancel
              </Button>
            </Group>
          </Stack>
        </form>
      </Stack>
    </Paper>
  );
}
