import type { EnvironmentBody } from '@binnacle/contracts';
import { ActionIcon } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { apiClient } from '../shell/api-client';
import { notifyProblem } from '../shell/notify';
import { environmentsQuery } from './queries';

interface Props {
  readonly environments: readonly EnvironmentBody[];
  readonly place: number;
}

/** Moves an environment one place up or down in the order. */
export function MoveButtons({ environments, place }: Props) {
  const queryClient = useQueryClient();
  const name = environments[place]?.name ?? '';
  const move = useMutation({
    mutationFn: (position: number) => apiClient.environments.change(name, { position }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: environmentsQuery.queryKey }),
    onError: notifyProblem,
  });
  const up = environments[place - 1]?.position;
  const down = environments[place + 1]?.position;
  return (
    <>
      <ActionIcon
        aria-label={`Move ${name} up`}
        disabled={up === undefined || move.isPending}
        onClick={() => up !== undefined && move.mutate(up)}
      >
        <ArrowUp size={14} />
      </ActionIcon>
      <ActionIcon
        mr={6}
        aria-label={`Move ${name} down`}
        disabled={down === undefined || move.isPending}
        onClick={() => down !== undefined && move.mutate(down)}
      >
        <ArrowDown size={14} />
      </ActionIcon>
    </>
  );
}
