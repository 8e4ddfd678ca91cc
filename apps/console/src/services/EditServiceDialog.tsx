import type { ServiceBody } from '@binnacle/contracts';
import {
  Button,
  Group,
  Modal,
  MultiSelect,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';
import { useMay } from '../shell/session';
import { formatLabels, parseLabels } from './parse-labels';
import { serviceQuery, servicesQuery } from './queries';

interface Props {
  readonly service: ServiceBody;
  readonly onClose: () => void;
}

export function EditServiceDialog({ service, onClose }: Props) {
  const queryClient = useQueryClient();
  const mayInclude = useMay()('config:publish', { service: service.name });
  const { data: shared } = useInfiniteQuery(servicesQuery({ kind: 'shared' }));
  const form = useForm({
    initialValues: {
      displayName: service.displayName ?? '',
      description: service.description ?? '',
      owner: service.owner ?? '',
      labels: formatLabels(service.labels),
      includes: service.includes,
    },
    validate: {
      labels: (labels) => {
        const parsed = parseLabels(labels);
        return 'problem' in parsed ? parsed.problem : null;
      },
    },
  });
  const save = useMutation({
    mutationFn: ({ displayName, description, owner, labels, includes }: typeof form.values) => {
      const parsed = parseLabels(labels);
      return apiClient.services.change(service.name, {
        displayName: displayName.trim() || null,
        description: description.trim() || null,
        owner: owner.trim() || null,
        ...('labels' in parsed ? { labels: parsed.labels } : {}),
        ...(includes.join() === service.includes.join() ? {} : { includes }),
      });
    },
    onSuccess: (changed) => {
      queryClient.setQueryData(serviceQuery(service.name).queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ['services', 'list'] });
      notifyDone('Saved.');
      onClose();
    },
  });
  const names = shared?.pages.flatMap(({ items }) => items.map(({ name }) => name)) ?? [];
  return (
    <Modal opened onClose={onClose} title={`Edit ${service.name}`}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="sm">
          <TextInput
            {...form.getInputProps('displayName')}
            label="Display name"
            maxLength={200}
            data-autofocus
          />
          <TextInput {...form.getInputProps('owner')} label="Owner" maxLength={200} />
          <Textarea
            {...form.getInputProps('description')}
            label="Description"
            autosize
            minRows={2}
            maxLength={4_000}
          />
          <TagsInput {...form.getInputProps('labels')} label="Labels" description="key=value, then Enter" />
          <MultiSelect
            {...form.getInputProps('includes')}
            label="Includes"
            description="Shared services whose configuration lies under this one, in this order"
            data={[...new Set([...service.includes, ...names])].filter((name) => name !== service.name)}
            disabled={!mayInclude}
            searchable
            hidePickedOptions
          />
          <Text size="xs" c="dimmed">
            A change of what is included releases new revisions at once, where no approval is needed.
          </Text>
          {save.error !== null && <ProblemAlert error={save.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
