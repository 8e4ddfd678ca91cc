import { Alert, Button, Checkbox, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { EnvironmentBody, PreviewBody, PublishedBody } from '@binnacle/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { LoadingLines, PageState } from '../../shell/PageState';
import { ProblemAlert } from '../../shell/ProblemAlert';
import { queryClient } from '../../shell/query-client';
import { useMay } from '../../shell/session';
import type { DraftState } from '../drafts/draft-state';
import { DOCUMENT_TIMEOUT_MS, versionQuery } from '../queries';
import { ChangeList } from './ChangeList';
import { EffectTable } from './EffectTable';
import { EmergencyField } from './EmergencyField';
import { FindingList } from './FindingList';
import { LazyDiff } from './LazyDiff';
import classes from './ReviewStep.module.css';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly state: DraftState;
  readonly environments: readonly EnvironmentBody[];
  readonly message: string;
  readonly onMessage: (message: string) => void;
  /** Something has to be settled first: a conflict, a newer version. */
  readonly isBlocked: boolean;
  readonly onSave: () => Promise<boolean>;
  readonly onBack: () => void;
  readonly onPublished: (published: PublishedBody) => void;
}

const MAX_MESSAGE_LENGTH = 1000;

/** What publishing would do, before it is done. */
export function ReviewStep(props: Props) {
  const { service, layer, state, onSave } = props;
  useEffect(() => void onSave(), [onSave]);
  const etag = state.save.kind === 'saved' ? state.draft?.etag : undefined;
  const preview = useQuery({
    queryKey: ['configs', 'preview', service, layer, etag],
    queryFn: ({ signal }) =>
      apiClient.documents.preview(
        service,
        layer,
        { content: state.text.source, format: state.text.format },
        { signal, timeoutMs: DOCUMENT_TIMEOUT_MS },
      ),
    enabled: etag !== undefined,
    gcTime: 0,
  });
  const base = useQuery(versionQuery(service, layer, state.synced.baseVersion));
  if (etag === undefined && preview.data === undefined) {
    return state.save.kind === 'saving' || state.save.kind === 'dirty' ? (
      <LoadingLines />
    ) : (
      <Alert color="gray" variant="light">
        The draft has to be saved before it can be reviewed.{' '}
        <Button variant="default" ml="xs" onClick={props.onBack}>
          Back to the text
        </Button>
      </Alert>
    );
  }
  return (
    <PageState query={preview} loading={<LoadingLines lines={10} />}>
      {(data) => (
        <div className={classes['review']}>
          <Stack gap="md" className={classes['content'] ?? ''}>
            <Part title="Changes" count={data.diff?.total}>
              {data.diff !== null && data.diff.total > 0 && (
                <ChangeList changes={data.diff.changes} total={data.diff.total} />
              )}
              {data.diff?.total === 0 && (
                <Text size="sm" c="dimmed">
                  The content is the same as version {state.synced.baseVersion}; only the text differs, if at
                  all.
                </Text>
              )}
              {base.data !== undefined && (
                <LazyDiff
                  label={
                    state.synced.baseVersion === 0
                      ? 'The new document'
                      : `Version ${state.synced.baseVersion} against this draft`
                  }
                  before={base.data}
                  after={state.text}
                />
              )}
            </Part>
            <Part title="Effect" count={data.total}>
              <EffectTable preview={data} />
            </Part>
          </Stack>
          <PublishForm {...props} preview={data} etag={etag} />
        </div>
      )}
    </PageState>
  );
}

interface FormProps extends Props {
  readonly preview: PreviewBody;
  readonly etag: string | undefined;
}

function PublishForm(props: FormProps) {
  const { service, layer, preview, etag, message, environments } = props;
  const [isConfirmed, setIsConfirmed] = useState(false);
  const [isMessageMissed, setIsMessageMissed] = useState(false);
  const [emergencyReason, setEmergencyReason] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);
  const may = useMay();
  const scope = layer === 'base' ? { service } : { service, environment: layer };
  const publish = useMutation({
    mutationFn: () =>
      apiClient.drafts.publish(
        service,
        layer,
        etag ?? '',
        {
          message: message.trim(),
          confirm: isConfirmed,
          ...(emergencyReason === undefined || emergencyReason.trim() === '' ? {} : { emergencyReason }),
        },
        { timeoutMs: DOCUMENT_TIMEOUT_MS, idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: (published) => {
      props.onPublished(published);
      void queryClient.invalidateQueries({
        queryKey: ['configs'],
        predicate: ({ queryKey }) => queryKey[1] !== 'opened',
      });
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: ['configs', 'now', service, layer] }),
  });
  const waiting = preview.changes.filter(({ state }) => state === 'awaiting_approval');
  const needsConfirm = preview.gates.length > 0;
  const mayPublish = may('config:publish', scope);
  const isReady =
    preview.valid && mayPublish && !props.isBlocked && etag !== undefined && (!needsConfirm || isConfirmed);
  const submit = (): void => {
    if (!isReady || publish.isPending) return;
    if (message.trim() === '') {
      setIsMessageMissed(true);
      field.current?.focus();
      return;
    }
    publish.mutate();
  };
  useHotkeys([['mod+Enter', submit]], []);
  return (
    <form
      className={classes['form']}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
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
      {needsConfirm && (
        <Alert color="brass" variant="light" p="sm" icon={<TriangleAlert size={16} />} title="Is this meant?">
          <Stack gap={4}>
            {preview.gates.map((gate) => (
              <Text
                size="sm"
                key={`${gate.kind} ${gate.service} ${gate.environment} ${gate.layer} ${gate.message}`}
              >
                {gate.message}
              </Text>
            ))}
            <Checkbox
              mt={4}
              size="sm"
              label="Yes, publish it all the same"
              checked={isConfirmed}
              onChange={({ currentTarget }) => setIsConfirmed(currentTarget.checked)}
            />
          </Stack>
        </Alert>
      )}
      <Textarea
        ref={field}
        label="What does this change, and why?"
        description="Stands in the history and in front of whoever approves it"
        placeholder="More connections for the sale on Friday"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={MAX_MESSAGE_LENGTH}
        value={message}
        error={isMessageMissed && message.trim() === '' ? 'Please say it in a few words.' : undefined}
        onChange={({ currentTarget }) => props.onMessage(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
        }}
      />
      {waiting.length > 0 && (
        <EmergencyField
          service={service}
          environments={waiting.map(({ environment }) => environment)}
          reason={emergencyReason}
          onReason={setEmergencyReason}
        />
      )}
      {publish.error !== null && <ProblemAlert error={publish.error} />}
      <Group gap="xs">
        <Button type="submit" loading={publish.isPending} disabled={!isReady}>
          Publish
        </Button>
        <Button variant="default" onClick={props.onBack}>
          Back to the text
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {explain(preview, waiting.length, mayPublish, environments.length)}
      </Text>
    </form>
  );
}

function explain(preview: PreviewBody, waiting: number, mayPublish: boolean, environments: number): string {
  if (!mayPublish)
    return 'You may edit this document, and not publish it. Somebody who may finds your draft here.';
  if (!preview.valid) return 'Mend what is wrong first.';
  if (environments === 0) return 'There is no environment yet: the version is kept until there is one.';
  const released = preview.total - waiting;
  const parts = [
    ...(released > 0 ? [`${released} released at once`] : []),
    ...(waiting > 0 ? [`${waiting} after an approval`] : []),
  ];
  return parts.length === 0 ? 'No environment changes.' : `New revisions: ${parts.join(', ')}.`;
}

function Part({
  title,
  count,
  children,
}: {
  readonly title: string;
  readonly count: number | undefined;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={title}>
      <Group gap={6} mb={6}>
        <Title order={2}>{title}</Title>
        {count !== undefined && (
          <Text size="sm" c="dimmed">
            {count}
          </Text>
        )}
      </Group>
      <Stack gap="sm">{children}</Stack>
    </section>
  );
}
