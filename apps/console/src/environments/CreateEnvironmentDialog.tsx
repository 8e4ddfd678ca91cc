import { createEnvironmentSchema } from '@binnacle/contracts';
import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { apiClient } from '../shell/api-client';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';
import { environmentsQuery } from './queries';

const { name: nameRule } = createEnvironmentSchema.shape;

export function CreateEnvironmentDialog({ onClose }: { readonly onClose: () => void }) {
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { name: '', protected: false },
    validateInputOnBlur: true,
    validate: { name: (name) => nameRule.safeParse(name).error?.issues[0]?.message ?? null },
  });
  const create = useMutation({
    mutationFn: (values: typeof form.values) => apiClient.environments.create(values),
    onSuccess: ({ name }) => {
      void queryClient.invalidateQueries({ queryKey: environmentsQuery.queryKey });
      notifyDone(`${name} is there, as the last in the order.`);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Create an environment">
      <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack gap="sm">
          <TextInput
            {...form.getInputProps('name')}
            label="Name"
            description="Services have a revision of their own in it. It cannot be renamed."
            placeholder="canary"
            data-autofocus
            required
            withAsterisk={false}
          />
          <Checkbox
            {...form.getInputProps('protected', { type: 'checkbox' })}
            size="xs"
            label="Protected: a second person approves every release"
          />
          {create.error !== null && <ProblemAlert error={create.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
