import { Alert, Button, Checkbox, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import type { PlannedPromotionBody, PublishedBody } from '@binnacle/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ArrowUpRight, CircleAlert, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { PageState } from '../../shell/PageState';
import { ProblemAlert } from '../../shell/ProblemAlert';
import { queryClient } from '../../shell/query-client';
import { DOCUMENT_TIMEOUT_MS, versionQuery } from '../queries';
import { EffectTable } from '../review/EffectTable';
import { EmergencyField } from '../review/EmergencyField';
import { FindingList } from '../review/FindingList';
import { LazyDiff } from '../review/LazyDiff';

interface Props {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  /** Left out for all differences. */
  readonly pointers?: readonly string[];
  readonly onCancel: () => void;
  readonly onPromoted: (published: PublishedBody) => void;
}

/** What a promotion would write and release, before it is done. */
export function PromotePanel({ service, from, to, pointers, onCancel, onPromoted }: Props) {
  const request = { from, ...(pointers === undefined ? {} : { pointers: [...pointers] }) };
  const plan = useQuery({
    queryKey: ['configs', 'promotion', service, to, request],
    queryFn: ({ signal }) =>
      apiClient.changeSets.planPromotion(service, to, request, { signal, timeoutMs: DOCUMENT_TIMEOUT_MS }),
    gcTime: 0,
    staleTime: Infinity,
  });
  return (
    <Paper withBorder p="md" component="section" aria-label="Promote">
      <Group gap="xs" mb="xs">
        <ArrowUpRight size={18} aria-hidden />
        <Title order={2}>
          From {from} to {to}
        </Title>
      </Group>
      <PageState query={plan}>
        {(data) => (
          <Plan
            plan={data}
            service={service}
            to={to}
            request={request}
            onCancel={onCancel}
            onPromoted={onPromoted}
          />
        )}
      </PageState>
    </Paper>
  );
}

interface PlanProps extends Pick<Props, 'service' | 'to' | 'onCancel' | 'onPromoted'> {
  readonly plan: PlannedPromotionBody;
  readonly request: { readonly from: string; readonly pointers?: string[] };
}

function Plan({ plan, service, to, request, onCancel, onPromoted }: PlanProps) {
  const { preview, basedOn } = plan;
  const [message, setMessage] = useState(`Promote from ${request.from}`);
  const [isConfirmed, setIsConfirmed] = useState(false);
  const [emergencyReason, setEmergencyReason] = useState<string>();
  const overlay = useQuery(versionQuery(service, to, basedOn));
  const promote = useMutation({
    mutationFn: () =>
      apiClient.changeSets.promote(
        service,
        to,
        {
          ...request,
          basedOn,
          message: message.trim(),
          confirm: isConfirmed,
          ...(emergencyReason === undefined || emergencyReason.trim() === '' ? {} : { emergencyReason }),
        },
        { timeoutMs: DOCUMENT_TIMEOUT_MS, idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: (published) => {
      onPromoted(published);
      void queryClient.invalidateQueries({ queryKey: ['configs'] });
    },
  });
  const waiting = preview.changes
    .filter(({ state }) => state === 'awaiting_approval')
    .map(({ environment }) => environment);
  const needsConfirm = preview.gates.length > 0;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        What the document {to} becomes; its comments and its order stay.
      </Text>
      {overlay.data !== undefined && (
        <LazyDiff
          label={`The document ${to}`}
          before={overlay.data}
          after={{ source: plan.content, format: plan.format }}
        />
      )}
      {preview.errors.length > 0 && (
        <Alert
          color="red"
          variant="light"
          p="sm"
          icon={<CircleAlert size={16} />}
          title="This cannot be published"
        >
          <FindingList findings={preview.errors} />
        </Alert>
      )}
      {preview.warnings.length > 0 && (
        <Alert color="brass" variant="light" p="sm" icon={<TriangleAlert size={16} />} title="Warnings">
          <FindingList findings={preview.warnings} />
        </Alert>
      )}
      <EffectTable preview={preview} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          promote.mutate();
        }}
      >
        <Stack gap="sm">
          {waiting.length > 0 && (
            <EmergencyField
              service={service}
              environments={waiting}
              reason={emergencyReason}
              onReason={setEmergencyReason}
            />
          )}
          <Textarea
            label="What does this change, and why?"
            autosize
            minRows={1}
            maxLength={1000}
            value={message}
            onChange={({ currentTarget }) => setMessage(currentTarget.value)}
          />
          {needsConfirm && (
            <Alert
              color="brass"
              variant="light"
              p="sm"
              icon={<TriangleAlert size={16} />}
              title="Is this meant?"
            >
              {preview.gates.map(({ message: words }) => (
                <Text size="sm" key={words}>
                  {words}
                </Text>
              ))}
              <Checkbox
                mt={6}
                size="sm"
                label="Yes, publish it all the same"
                checked={isConfirmed}
                onChange={({ currentTarget }) => setIsConfirmed(currentTarget.checked)}
              />
            </Alert>
          )}
          {promote.error !== null && <ProblemAlert error={promote.error} />}
          <Group gap="xs">
            <Button
              type="submit"
              loading={promote.isPending}
              disabled={!preview.valid || message.trim() === '' || (needsConfirm && !isConfirmed)}
            >
              Promote to {to}
            </Button>
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
