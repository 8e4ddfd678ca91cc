import { registerServiceSchema } from '@binnacle/contracts';
import {
  Button,
  Group,
  Modal,
  MultiSelect,
  SegmentedControl,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { apiClient } from '../shell/api-client';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';
import { parseLabels } from './parse-labels';
import { servicesQuery } from './queries';

const { name: nameRule } = registerServiceSchema.shape;

interface Values {
  readonly name: string;
  readonly kind: 'service' | 'shared';
  readonly displayName: string;
  readonly description: string;
  readonly owner: string;
  readonly labels: string[];
  readonly includes: string[];
}

const EMPTY: Values = {
  name: '',
  kind: 'service',
  displayName: '',
  description: '',
  owner: '',
  labels: [],
  includes: [],
};

export function RegisterServiceDialog({ onClose }: { readonly onClose: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { data: shared } = useInfiniteQuery(servicesQuery({ kind: 'shared' }));
  const form = useForm({
    initialValues: EMPTY,
    validateInputOnBlur: true,
    validate: {
      name: (name) => nameRule.safeParse(name).error?.issues[0]?.message ?? null,
      labels: (labels) => {
        const parsed = parseLabels(labels);
        return 'problem' in parsed ? parsed.problem : null;
      },
    },
  });
  const register = useMutation({
    mutationFn: (values: Values) => apiClient.services.register(toBody(values)),
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: ['services'] });
      notifyDone(`${name} is registered.`);
      await navigate({ to: '/services/$service', params: { service: name } });
    },
  });
  return (
    <Modal opened onClose={onClose} title="Register a service">
      <form onSubmit={form.onSubmit((values) => register.mutate(values))}>
        <Stack gap="sm">
          <SegmentedControl
            size="xs"
            aria-label="Kind"
            {...form.getInputProps('kind')}
            data={[
              { value: 'service', label: 'Service: has instances' },
              { value: 'shared', label: 'Shared: others include it' },
            ]}
          />
          <TextInput
            {...form.getInputProps('name')}
            label="Name"
            description="What its agents call themselves. It cannot be changed later."
            placeholder="orders"
            data-autofocus
            required
            withAsterisk={false}
          />
          <TextInput
            {...form.getInputProps('displayName')}
            label="Display name"
            placeholder="Optional"
            maxLength={200}
          />
          <TextInput {...form.getInputProps('owner')} label="Owner" placeholder="Optional" maxLength={200} />
          <Textarea
            {...form.getInputProps('description')}
            label="Description"
            placeholder="Optional"
            autosize
            minRows={2}
            maxLength={4_000}
          />
          <TagsInput
            {...form.getInputProps('labels')}
            label="Labels"
            description="key=value, then Enter"
            placeholder="team=checkout"
          />
          <MultiSelect
            {...form.getInputProps('includes')}
            label="Includes"
            description="Shared services whose configuration lies under this one, in this order"
            data={shared?.pages.flatMap(({ items }) => items.map(({ name }) => name)) ?? []}
            searchable
            hidePickedOptions
            nothingFoundMessage="No shared service of that name"
          />
          {register.error !== null && <ProblemAlert error={register.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={register.isPending}>
              Register
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function toBody({ name, kind, displayName, description, owner, labels, includes }: Values) {
  const parsed = parseLabels(labels);
  return {
    name,
    kind,
    includes,
    labels: 'labels' in parsed ? parsed.labels : {},
    ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
    ...(owner.trim() === '' ? {} : { owner: owner.trim() }),
  };
}
